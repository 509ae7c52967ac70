"""Golden records: one row a person, and of every value the record it comes from."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from mlops_assets.entities.survivorship import survivors

if TYPE_CHECKING:
    import pandas as pd


def golden_records(
    golden_ids: pd.Series,
    features: pd.DataFrame,
    cleaned: pd.DataFrame,
    registered: pd.Series,
    *,
    frequencies: Mapping[str, pd.Series],
    newest: Collection[str],
) -> pd.DataFrame:
    """One row an entity: `golden_id`, the fields, `records`, `provenance`; by `golden_id`.

    Values are as the record has them that they come from. `provenance` is JSON: of each field
    that has a value the record `from` which it is, `why`, and how many records are `agreeing`
    `of` those that say anything. See `survivors` for which value survives.
    """
    import pandas as pd

    chosen = survivors(golden_ids, cleaned, registered, frequencies=frequencies, newest=newest)
    sizes = golden_ids.value_counts().sort_index()
    table = {"golden_id": sizes.index.astype(object)}
    for field, best in chosen.items():
        values = features[field].reindex(best["record"]).set_axis(best.index)
        table[field] = values.reindex(sizes.index).to_numpy()
    table["records"] = sizes.to_numpy()
    table["provenance"] = _provenance(chosen, sizes.index)
    return pd.DataFrame(table)


def _provenance(chosen: Mapping[str, pd.DataFrame], golden_ids: pd.Index) -> list[str]:
    told: dict[str, dict[str, object]] = {golden_id: {} for golden_id in golden_ids}
    for field, best in chosen.items():
        rows = zip(best.index, *(best[name].tolist() for name in best), strict=True)
        for golden_id, record, why, agreeing, of in rows:
            told[golden_id][field] = {"from": record, "why": why, "agreeing": agreeing, "of": of}
    return [json.dumps(fields) for fields in told.values()]


def reasons(golden: pd.DataFrame) -> pd.DataFrame:
    """How often each reason decided, by field; over people with several records."""
    import pandas as pd

    several = golden.loc[golden["records"] > 1, "provenance"].map(json.loads)
    whys = [(field, told["why"]) for fields in several for field, told in fields.items()]
    table = pd.DataFrame(whys, columns=["field", "why"])
    return pd.crosstab(table["field"], table["why"]).rename_axis(columns=None)
