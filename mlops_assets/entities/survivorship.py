"""Survivorship: choose the golden value of each field from a person's records, with a reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from mlops_assets.entities.text_quality import text_quality

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

AGREED, EITHER = "agreed", "either"
REASONS = {
    "spelled_out": "spelled out",
    "agreeing": "most often",
    "common": "common words",
    "words": "more words",
    "registered": "newest",
}
"""Criteria that decide between two values, strongest first, and their wording in `why`."""


def survivors(
    entities: pd.Series,
    cleaned: pd.DataFrame,
    registered: pd.Series,
    *,
    frequencies: Mapping[str, pd.Series],
    newest: Collection[str],
) -> dict[str, pd.DataFrame]:
    """For each field, a table of the record whose value survives for each entity.

    Indexed by entity: `record`, `why`, `agreeing` (records with the value) and `of` (records with
    any). Entities without a value are left out. `entities`, `cleaned` (None if missing) and
    `registered` are indexed by record.

    A field in `newest`, such as an address, takes the newest value. Any other field takes the most
    frequent value; ties go to the newest. In a field with `frequencies`, which is a name, a word
    always wins over an initial, and ties go to more common words, because typing errors are rare,
    then to more words. If no value is known to be newer, the reason is `either`: a record with a
    date comes before one without, then the first by name.
    """
    import pandas as pd

    several = entities.duplicated(keep=False)
    chosen = {}
    for field in map(str, cleaned):
        votes = _votes(entities[several], cleaned[field], registered, frequencies.get(field))
        deciding = ["registered"] if field in newest else list(REASONS)
        single = _single_records(entities[~several], cleaned[field])
        chosen[field] = pd.concat([_survivor(votes, deciding), single])
    return chosen


def _single_records(entities: pd.Series, values: pd.Series) -> pd.DataFrame:
    """The survivors of people with a single record (most people): the record's own values."""
    import pandas as pd

    with_value = entities[values.reindex(entities.index).notna()]
    table = {"record": with_value.index, "why": AGREED, "agreeing": 1, "of": 1}
    return pd.DataFrame(table, index=pd.Index(with_value.to_numpy(), name="entity"))


def _votes(
    entities: pd.Series, values: pd.Series, registered: pd.Series, frequencies: pd.Series | None
) -> pd.DataFrame:
    """One row per record: the evidence for its value."""
    import pandas as pd

    facts = {"value": values, "registered": registered}
    votes = pd.DataFrame({name: its.reindex(entities.index) for name, its in facts.items()})
    votes = votes.assign(entity=entities)[votes["value"].notna()]
    votes = votes.rename_axis("record").reset_index()
    votes["of"] = votes.groupby("entity")["value"].transform("size")
    votes["agreeing"] = votes.groupby(["entity", "value"])["value"].transform("size")
    if frequencies is None:
        return votes.assign(spelled_out=True, common=0.0, words=0)
    return votes.join(text_quality(votes["value"], frequencies))


def _survivor(votes: pd.DataFrame, deciding: list[str]) -> pd.DataFrame:
    ascending = [True, *[False] * len(deciding), True]
    ranked = votes.sort_values(["entity", *deciding, "record"], ascending=ascending)
    best = ranked.drop_duplicates("entity").set_index("entity")
    others = ranked["value"].to_numpy() != best["value"].reindex(ranked["entity"]).to_numpy()
    runner_up = ranked[others].drop_duplicates("entity").set_index("entity").reindex(best.index)
    return best.assign(why=_why(best, runner_up, deciding))[["record", "why", "agreeing", "of"]]


def _why(best: pd.DataFrame, runner_up: pd.DataFrame, deciding: list[str]) -> np.ndarray:
    """The criterion by which the best value beat the next best of the same entity, if any."""
    import numpy as np

    unknown = best["registered"].isna() | runner_up["registered"].isna()
    ahead = [
        (best[name] != runner_up[name]) & ~(unknown & (name == "registered")) for name in deciding
    ]
    reasons = [REASONS[name] for name in deciding]
    return np.select([runner_up["value"].isna(), *ahead], [AGREED, *reasons], EITHER)
