"""The linkage plan: the YAML's params resolved against the available columns."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2
from typing import Literal

from pydantic import BaseModel, ConfigDict

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns, Role, nearest
from mlops_assets.kinds.fellegi_sunter.params import Params
from mlops_assets.kinds.fellegi_sunter.shapes import Shape

NAMES = "names"
ROW = "row_position"
RESERVED = (ROW, "golden_id", "records", "provenance")
"""Further columns of the tables made from the fields, whose names are therefore taken."""


class Plan(BaseModel):
    """The fields by meaning, and the settings that are stored with the model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fields: dict[str, Role]
    """Every field that is read, with its role."""
    names: list[str]
    date_of_birth: str | None
    household: list[str]
    """Fields that a household shares, most discriminating first; with an id shared by a family."""
    worded: list[str] = []
    """The household fields that contain words, so that spelling may differ."""
    shapes: dict[str, Shape] = {}
    """What the values of the other text fields look like, found in the training rows."""
    person_id: str | None
    id_belongs_to: Literal["person", "family"]
    others: list[str]
    """Fields compared individually, most discriminating first."""
    rules: list[list[str]]
    defaults: dict[str, list[str]]
    match_weight: float
    """The match weight, in bits, from which two records are one person."""
    review_weight: float
    max_candidate_pairs: int

    @property
    def name(self) -> str | None:
        """The field with the full name: the only name column, or `names`, made from several."""
        return NAMES if len(self.names) > 1 else next(iter(self.names), None)

    @property
    def unique_id(self) -> str | None:
        """The id that belongs to a single person."""
        return self.person_id if self.id_belongs_to == "person" else None


def weight(probability: float) -> float:
    """Convert a probability to a match weight, the log2 odds: 0.95 is 4.25 bits."""
    return log2(probability / (1 - probability))


def make_plan(params: Params, columns: Columns) -> Plan:
    """Resolve `params` against `columns`.

    Raises `InputError` if a field named in the YAML is missing, or if a field's name cannot be
    used as a column name.
    """
    fields = dict(columns.roles())

    def present(setting: str) -> list[str]:
        value = getattr(params, setting)
        named = [value] if isinstance(value, str) else list(value or [])
        if setting in params.model_fields_set:
            _require_fields(setting, named, fields)
        return [name for name in named if name in fields]

    names, birth, ids = present("names"), present("date_of_birth"), present("person_id")
    _require_usable(list(fields), RESERVED if len(names) < 2 else (*RESERVED, NAMES))
    household = present("household")
    if params.id_belongs_to == "family":
        household = [*ids, *household]
    taken = {*names, *birth, *ids, *household}
    others = [name for name in fields if name not in taken]
    return Plan(
        fields=fields,
        names=names,
        date_of_birth=birth[0] if birth else None,
        household=household,
        person_id=ids[0] if ids else None,
        id_belongs_to=params.id_belongs_to,
        others=others,
        rules=_named_rules(params, fields),
        defaults={role: list(words) for role, words in params.defaults.items()},
        match_weight=weight(params.match_threshold),
        review_weight=weight(min(params.review_threshold, params.match_threshold)),
        max_candidate_pairs=params.max_candidate_pairs,
    )


def _named_rules(params: Params, fields: dict[str, Role]) -> list[list[str]]:
    """The rules in the YAML; none if they are to be found in the data (`default_rules`)."""
    named = params.blocking_fields or []
    rules = [[rule] if isinstance(rule, str) else list(rule) for rule in named]
    for rule in rules:
        _require_fields("blocking_fields", rule, fields)
    return rules


def _require_fields(setting: str, names: list[str], fields: dict[str, Role]) -> None:
    for name in names:
        if name not in fields:
            raise InputError(
                seen=f"`{setting}` names {name!r}, which is not among the columns "
                f"{list(fields)}{nearest(name, list(fields))}",
                expected="a column of `columns`",
                todo=f"correct `{setting}`, or give {name!r} a role in `columns` in defs.yaml",
            )


def _require_usable(fields: list[str], reserved: Sequence[str]) -> None:
    for name in fields:
        if not name.isidentifier() or name.lower() in reserved:
            raise InputError(
                seen=f"`columns` names {name!r}",
                expected="a name of letters, digits and underscores that does not begin with a "
                f"digit, and none of {list(reserved)}",
                todo="rename the column in the source",
            )
