"""One explained row, in the words that the panel, the command and the API share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.data.personal_data import MASK, PersonalData, is_shared
from mlops_assets.evaluation.shapley.explained import Explained
from mlops_assets.evaluation.slices import shown
from mlops_assets.features.columns import Columns, Role

if TYPE_CHECKING:
    import pandas as pd

STRONGEST = 3
"""How many columns a sentence names."""


class Contribution(NamedTuple):
    """What one column adds, with its value as text."""

    column: str
    value: str
    adds: float

    def __str__(self) -> str:
        return f"{self.column} = {self.value} {self.adds:+.3g}"


class ExplainedRow(BaseModel):
    """Why a row is predicted as it is: `base` plus all that columns add is `value`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    prediction: str = Field(description="The label or number that is predicted.")
    explains: str = Field(description="What `value` is, such as `probability of yes`.")
    base: float = Field(description="Its mean over the rows that this one is compared with.")
    value: float = Field(description="What it is for this row.")
    contributions: tuple[Contribution, ...] = Field(
        description="What each column adds, the strongest first."
    )

    @property
    def strongest(self) -> str:
        """What adds most, in words: `overtime = true +0.21, age = 29 -0.1, 26 others +0.05`."""
        named = [it for it in self.contributions[:STRONGEST] if it.adds]
        rest = self.contributions[len(named) :]
        words = list(map(str, named))
        if rest:
            count = f"{len(rest)} other{'s' * (len(rest) > 1)}"
            words.append(f"{count} {sum(it.adds for it in rest):+.3g}")
        return ", ".join(words)

    @property
    def sentence(self) -> str:
        """All of it: `probability of yes 0.71, on average 0.162: overtime = true +0.21, …`."""
        return f"{self.explains} {self.value:.3g}, on average {self.base:.3g}: {self.strongest}"


def explained_rows(
    found: Explained,
    columns: Columns,
    personal: PersonalData,
    among: pd.DataFrame | None = None,
) -> list[ExplainedRow]:
    """The rows in words; values of personal columns are masked.

    With `among`, so is a label, date or text that fewer than 5 of those rows have.
    """
    values = {
        name: [MASK] * len(found)
        if name in personal
        else _shown(
            found.features[name], role, among[name] if among is not None and name in among else None
        )
        for name, role in found.typed(columns).roles()
    }
    return [
        ExplainedRow(
            prediction=_label(found.predictions["prediction"].iloc[at]),
            explains=found.explains[at],
            base=float(found.base[at]),
            value=float(found.output[at]),
            contributions=_contributions(found, at, values),
        )
        for at in range(len(found))
    ]


def _contributions(
    found: Explained, at: int, values: dict[str, list[str]]
) -> tuple[Contribution, ...]:
    added = zip(found.columns, found.values[at].tolist(), strict=True)
    unordered = [Contribution(name, values[name][at], adds) for name, adds in added]
    return tuple(sorted(unordered, key=lambda it: -abs(it.adds)))


def _shown(values: pd.Series, role: Role, among: pd.Series | None) -> list[str]:
    texts = [_text(it, role) for it in values]
    if among is None or role in ("numeric", "boolean"):
        return texts
    counts = values.map(among.value_counts()).fillna(0)
    return [
        text if missing or is_shared(int(count)) else MASK
        for text, count, missing in zip(texts, counts, values.isna(), strict=True)
    ]


def _text(value: object, role: Role) -> str:
    if value is None or value != value:
        return "missing"
    if role == "numeric":
        return f"{value:.6g}"
    if role == "boolean":
        return "true" if value else "false"
    if role == "date":
        return str(value).removesuffix(" 00:00:00")
    return shown(value) or "empty"


def _label(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else shown(value)
