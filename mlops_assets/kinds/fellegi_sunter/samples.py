"""Sample the training pairs for inspection, without personal data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.kinds.fellegi_sunter.blocking import make_pairs, name, take_few
from mlops_assets.kinds.fellegi_sunter.scoring import score

if TYPE_CHECKING:
    import pandas as pd
    from duckdb import DuckDBPyConnection

    from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel

SAMPLES = 200


def training_samples(
    connection: DuckDBPyConnection, model: LinkageModel, blocks: list[list[str]]
) -> pd.DataFrame:
    """Up to 200 pairs, each with its block and the level of agreement of every comparison.

    The values themselves are left out because they are personal data.
    """
    make_pairs(connection, blocks)
    take_few(connection, SAMPLES)
    scored = score(connection, model, "few", in_detail=True)
    pairs = connection.execute(
        f"from {scored} order by match_weight desc, {model.settings['unique_id_column_name']}_l"
    ).df()
    shown = {"block": [name(blocks[int(place)]) for place in pairs["match_key"]]}
    shown |= {field: words(model, field, pairs[f"gamma_{field}"]) for field in fields(model)}
    shown |= {"match_weight": pairs["match_weight"].round(2)}
    import pandas as pd

    return pd.DataFrame(shown | {"probability": pairs["match_probability"].round(4)})


def fields(model: LinkageModel) -> list[str]:
    """The names of the comparisons, in order."""
    return [comparison["output_column_name"] for comparison in model.settings["comparisons"]]


def words(model: LinkageModel, field: str, reached: pd.Series) -> pd.Series:
    """The level of one comparison that each pair reached, in words."""
    (comparison,) = [
        one for one in model.settings["comparisons"] if one["output_column_name"] == field
    ]
    levels = comparison["comparison_levels"]
    return reached.map(
        {
            -1 if level.get("is_null_level") else len(levels) - 1 - place: level["label_for_charts"]
            for place, level in enumerate(levels)
        }
    )
