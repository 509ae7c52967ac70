"""Chance agreement is what Splink reads off the same random pairs, one field after another."""

from mlops_assets.kinds.fellegi_sunter.chance import with_chance
from mlops_assets.kinds.fellegi_sunter.cleaning import standardise
from mlops_assets.kinds.fellegi_sunter.comparisons import comparisons
from mlops_assets.kinds.fellegi_sunter.database import database, linker
from mlops_assets.kinds.fellegi_sunter.params import Params
from mlops_assets.kinds.fellegi_sunter.plan import ROW, make_plan
from mlops_assets_tests.kinds.fellegi_sunter.people import COLUMNS, people

PAIRS, SEED = 100_000, 3


def settings() -> dict:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": ROW,
        "comparisons": comparisons(make_plan(Params(), COLUMNS)),
        "blocking_rules_to_generate_predictions": [],
    }


def chance(given: dict) -> list[list[float | None]]:
    return [
        [level.get("u_probability") for level in comparison["comparison_levels"]]
        for comparison in given["comparisons"]
    ]


def test_side_by_side_is_as_one_after_another():
    with database() as connection:
        standardise(connection, make_plan(Params(), COLUMNS), people()[0])
        found = with_chance(connection, settings(), PAIRS, SEED)
        ready = linker(connection, "records", settings())
        ready.training.estimate_u_using_random_sampling(
            PAIRS, seed=SEED, min_count_per_level=None, num_chunks=1
        )
    assert chance(found) == chance(ready.misc.save_model_to_json())
    assert all(sum(filter(None, levels)) > 0.99 for levels in chance(found))
