"""What decides most is said first."""

from mlops_assets.features.dataset import Dataset
from mlops_assets_tests.kinds.fellegi_sunter.people import COLUMNS, fitted, people

FEATURES, _ = people(1500, seed=3)


def test_importance_is_of_every_comparison_most_important_first():
    table = fitted().importance(Dataset(FEATURES, COLUMNS), seed=0)
    assert list(table.columns) == ["feature", "importance", "spread", "unit"]
    assert set(table["feature"]) == {
        "full_name", "date_of_birth", "jan_aadhaar", "household", "gender",
    }  # fmt: skip
    assert table["importance"].is_monotonic_decreasing
    assert table["feature"].iloc[-1] == "gender"


def test_a_record_is_explained_by_its_best_match():
    linked = fitted().linked(FEATURES)
    best = linked.pairs.loc[linked.pairs["match_weight"].idxmax()]
    rows = FEATURES.iloc[[best["left"], best["right"]]]
    found = fitted().explain_rows(rows)
    assert found.index.equals(rows.index)
    assert set(found) == {"full_name", "date_of_birth", "jan_aadhaar", "household", "gender"}
    assert found.iloc[0].equals(found.iloc[1])
    assert found.iloc[0].sum() > best["match_weight"] + 10  # the prior speaks against a match
    assert (found["full_name"] > 0).all()


def test_what_contradicts_speaks_against_the_match():
    row = FEATURES[(FEATURES != "").all(axis=1)].iloc[[0, 0]].set_axis(["a", "b"])
    other = {"F": "M", "M": "F"}[row["gender"].iloc[0]]
    found = fitted().explain_rows(row.assign(gender=[row["gender"].iloc[0], other]))
    assert (found["gender"] < 0).all()
    assert (found["jan_aadhaar"] > 0).all()


def test_a_record_that_was_compared_with_no_other_has_no_evidence():
    rows = FEATURES.iloc[[0, 0, 0]].set_axis(["a", "stranger", "b"])
    born = COLUMNS.date
    rows.loc["stranger", born] = None
    rows.loc["stranger", rows.columns.difference(born)] = ""
    found = fitted().explain_rows(rows)
    assert found.isna().all(axis=1).tolist() == [False, True, False]
    assert fitted().explain_rows(rows.loc[["a"]]).isna().all(axis=None)
