"""The schema of the entity tables in the warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlalchemy as sa

MAP, PAIRS, GOLDEN, REVIEW = "entity_map", "scored_pairs", "golden_records", "review_queue"
CHANGES, UPDATES = "entity_changes", "entity_updates"
KEYS = {
    MAP: ["record_id"],
    PAIRS: ["left_id", "right_id"],
    GOLDEN: ["golden_id"],
    REVIEW: ["item"],
    CHANGES: [],
    UPDATES: ["number"],
}


def entity_tables(fields: Mapping[str, str]) -> dict[str, sa.Table]:
    """All tables by name; `fields` are those of the records, name → role.

    | table | one row per |
    | --- | --- |
    | entity_map | record, with its golden id; `gone_on` if it is no longer present |
    | scored_pairs | pair of records, with its match weight and probability |
    | golden_records | person, with the surviving values and their provenance |
    | review_queue | item that needs a manual decision |
    | entity_changes | change of a golden id: merged, split, moved, retired |
    | entity_updates | update of all of these tables, with its day, version and run |
    """
    import sqlalchemy as sa

    text, date, number, whole = sa.Text(), sa.Date(), sa.Float(), sa.Integer()
    of_role = {"date": date, "numeric": number, "boolean": number}
    columns = {
        MAP: {
            "record_id": text,
            "golden_id": text,
            "record_hash": text,
            "since": date,
            "gone_on": date,
        },
        PAIRS: {
            "left_id": text,
            "right_id": text,
            "match_weight": number,
            "probability": number,
            "rule": text,
            "contradicts": sa.Boolean(),
        },
        GOLDEN: {
            "golden_id": text,
            **{name: of_role.get(role, text) for name, role in fields.items()},
            "records": whole,
            "provenance": text,
        },
        REVIEW: {
            "item": text,
            "kind": text,
            "left_id": text,
            "right_id": text,
            "golden_id": text,
            "other_golden_id": text,
            "match_weight": number,
            "why": text,
            "since": date,
        },
        CHANGES: {
            "number": whole,
            "golden_id": text,
            "change": text,
            "other": text,
            "records": whole,
        },
        UPDATES: {
            "number": whole,
            "day": date,
            "model_id": text,
            "version": text,
            "code_version": text,
            "run_id": text,
            "at": sa.DateTime(timezone=True),
        },
    }
    return {name: _table(name, types) for name, types in columns.items()}


def _table(name: str, types: Mapping[str, sa.types.TypeEngine]) -> sa.Table:
    import sqlalchemy as sa

    keys = KEYS[name]
    columns = [
        sa.Column(
            column,
            type_,
            primary_key=column in keys,
            autoincrement=False,
            index=column == "golden_id" and column not in keys,
        )
        for column, type_ in types.items()
    ]
    return sa.Table(name, sa.MetaData(), *columns)
