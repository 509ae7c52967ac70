"""A trained linkage model: everything that the score of a pair depends on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_assets.kinds.fellegi_sunter.plan import Plan

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class LinkageModel:
    """Splink's settings with the learned parameters, and what they do not contain.

    `plan` has the cleaning, the rules and the thresholds. `frequencies` has, by field, how common
    each value was in the training rows, because agreement on a rare name is stronger evidence;
    without them scores change by several bits. They contain names, so they are personal data.
    """

    plan: Plan
    settings: dict[str, Any]
    frequencies: dict[str, pa.Table]
    training_rows: int
    training_pairs: int
