"""Golden records: one row per person, with the provenance of every value."""

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
    """One row per entity: `golden_id`, the fields, `records`, `provenance`; sorted by `golden_id`.

    Values are exactly as in the record that they come from. `provenance` is JSON: for each field
    with a value, the record it is `from`, `why`, and how many records are `agreeing` out `of`
    those with a value. See `survivors` for the choice of values.
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
    by_id: dict[str, dict[str, object]] = {golden_id: {} for golden_id in golden_ids}
    for field, best in chosen.items():
        rows = zip(best.index, *(best[name].tolist() for name in best), strict=True)
        for golden_id, record, why, agreeing, of in rows:
            by_id[golden_id][field] = {"from": record, "why": why, "agreeing": agreeing, "of": of}
    return [json.dumps(fields) for fields in by_id.values()]


def reasons(golden: pd.DataFrame) -> pd.DataFrame:
    """How often each reason decided, by field, for people with several records."""
    import pandas as pd

    several = golden.loc[golden["records"] > 1, "provenance"].map(json.loads)
    found = [(field, value["why"]) for fields in several for field, value in fields.items()]
    table = pd.DataFrame(found, columns=["field", "why"])
    return pd.crosstab(table["field"], table["why"]).rename_axis(columns=None)
