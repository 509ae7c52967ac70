"""What decides most is said first."""

from mlops_assets_tests.kinds.fellegi_sunter.people import fitted, people, spec

FEATURES, _ = people(1500, seed=3)


def test_importance_is_of_every_comparison_most_important_first():
    table = spec().explain(fitted().model, FEATURES, None, "classification", seed=0)
    assert list(table.columns) == ["feature", "importance", "spread"]
    assert set(table["feature"]) == {
        "full_name", "date_of_birth", "jan_aadhaar", "household", "gender",
    }  # fmt: skip
    assert table["importance"].is_monotonic_decreasing
    assert table["feature"].iloc[-1] == "gender"
