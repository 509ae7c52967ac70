"""Choose actions by the probabilities of a policy, so that its log can judge the next one."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.experiments.assignment import place_of

if TYPE_CHECKING:
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


class Drawn(NamedTuple):
    """An action, and the probability with which it was drawn."""

    action: str
    propensity: float


class Drawing(NamedTuple):
    """Draws one of `actions`. `columns` are those of an action and its propensity in a log."""

    actions: Sequence[str]
    columns: tuple[str, str]

    def draw(self, probabilities: Sequence[float], row: str) -> Drawn:
        """An action by its probability; the same for a `row`, the id of one row in the log.

        Whoever has the log can draw again. The id has 128 random bits that no client chooses.
        """
        bounds = [*accumulate(probabilities)]
        place = bisect_right(bounds, place_of(row) * bounds[-1])
        if place == len(bounds):  # the product was rounded up
            place = bounds.index(bounds[-1])
        return Drawn(self.actions[place], probabilities[place])


def drawing(spec: LifecycleSpec, actions: Sequence[str]) -> Drawing | None:
    """How the model draws its answers; None if it does not."""
    if not spec.task.answers_are_drawn:
        return None
    (action,), (propensity,) = spec.context["action"], spec.context["propensity"]
    return Drawing(actions, (action, propensity))
