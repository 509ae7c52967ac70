"""Logged decisions next to what a policy would do: what off-policy estimates are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.features.dataset import Dataset
from mlops_assets.features.labels import class_names
from mlops_assets.tasks.metrics.labelled import (
    PROBABILITY,
    known_classes,
    probability_names,
    require_no_missing,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

ESTIMATED = "estimated_reward_"
"""Prefix of the columns with the estimated reward of each action."""
WORDS = {"probability": "probability of each action", "estimated": "estimated reward"}
ROUNDED = 1e-6
"""By how much probabilities of a row may miss a sum of 1."""


@dataclass(frozen=True)
class Logged:
    """What a policy would do with n logged rows, next to what was done and came of it."""

    actions: list[str]  # that the policy knows
    action: np.ndarray  # (n,) the logged action as a code into `actions`; -1 if it is unknown
    reward: np.ndarray  # (n,) float64
    propensity: np.ndarray  # (n,) in (0, 1]
    probability: Sequence[np.ndarray]  # of the policy, (n,) for each action
    estimated: Sequence[np.ndarray]  # rewards, (n,) for each action
    unit: np.ndarray  # (n,) int64, from 0: the slate, or the row

    @cached_property
    def weight(self) -> np.ndarray:
        """π(a | x) / p of the logged action, (n,); 0 for one that the policy does not know."""
        return _of_logged(self.probability, self.action) / self.propensity

    @cached_property
    def residual(self) -> np.ndarray:
        """The reward minus its estimate, (n,); an unknown action is estimated by 0."""
        return self.reward - _of_logged(self.estimated, self.action)

    @cached_property
    def direct(self) -> np.ndarray:
        """The mean estimated reward of the policy, (n,): the direct method."""
        import numpy as np

        found = np.zeros(len(self.action))
        for probability, estimated in zip(self.probability, self.estimated, strict=True):
            found += probability * estimated
        return found

    @cached_property
    def doubly_robust(self) -> np.ndarray:
        """The direct method, corrected by what was observed, (n,)."""
        return self.direct + self.weight * self.residual

    @cached_property
    def shown(self) -> np.ndarray:
        """Which of the actions the log has at all, (actions,) bool."""
        import numpy as np

        return np.isin(np.arange(len(self.actions)), self.action)


def logged(dataset: Dataset, predictions: pd.DataFrame) -> Logged:
    """Encode logged rows with a policy's predictions for them.

    Raises `InputError` if a reward, a probability or an estimate is missing, probabilities of a row
    are not from 0 to 1 with a sum of 1, or a propensity is not in (0, 1].
    """
    import numpy as np

    require_propensities(dataset)
    names = probability_names(predictions)
    actions = known_classes(predictions)
    estimates = [f"{ESTIMATED}{name.removeprefix(PROBABILITY)}" for name in names]
    if lacking := [name for name in estimates if name not in predictions] or not names:
        raise InputError(
            seen=f"predictions of a policy with the columns {list(predictions.columns)}",
            expected=f"`{PROBABILITY}<action>` and `{ESTIMATED}<action>` of each action",
            todo=f"add {lacking} in the kind's `predict`"
            if names
            else "correct the kind's `predict`",
        )
    found = Logged(
        actions=actions,
        action=_codes(dataset.of_role("action"), actions),
        reward=dataset.known_target().to_numpy("float64"),
        propensity=dataset.of_role("propensity").to_numpy("float64"),
        probability=_numbers(predictions, names),
        estimated=_numbers(predictions, estimates),
        unit=_units(dataset),
    )
    require_no_missing(~np.isfinite(found.reward), "reward")
    for what in ("probability", "estimated"):
        for column in getattr(found, what):
            require_no_missing(~np.isfinite(column), WORDS[what])
    _require_probabilities(found.probability)
    return found


def require_propensities(dataset: Dataset) -> None:
    """Raise `InputError` if a propensity is missing or not in (0, 1], or an action is missing."""
    propensity, action = dataset.of_role("propensity"), dataset.of_role("action")
    bad = ~((propensity > 0) & (propensity <= 1)).to_numpy()
    if bad.any():
        examples = propensity[bad].unique()[:3].tolist()
        raise InputError(
            seen=f"{int(bad.sum())} of {len(bad)} propensities in {propensity.name!r} are not in "
            f"(0, 1], such as {examples}",
            expected="the probability with which the logged action was chosen, in every row",
            todo="log it where the action is drawn; do not fill it in afterwards",
        )
    if gaps := int(action.isna().sum()):
        raise InputError(
            seen=f"{gaps} of {len(action)} rows have no action in {action.name!r}",
            expected="the action that was chosen, in every row",
            todo="correct the log",
        )


def _numbers(predictions: pd.DataFrame, names: Sequence[str]) -> list[np.ndarray]:
    try:
        return [predictions[name].to_numpy("float64") for name in names]
    except (TypeError, ValueError) as error:
        raise InputError(
            seen=f"predictions of a policy that are no numbers: {error}",
            expected=f"numbers in {list(names)}",
            todo="correct the kind's `predict`",
        ) from error


def _require_probabilities(columns: Sequence[np.ndarray]) -> None:
    """Raise `InputError` unless each row has probabilities from 0 to 1 with a sum of 1."""
    import numpy as np

    total, wrong = np.zeros(len(columns[0])), np.zeros(len(columns[0]), dtype=bool)
    for column in columns:
        total += column
        wrong |= (column < 0) | (column > 1)
    wrong |= abs(total - 1) > ROUNDED
    if wrong.any():
        place = int(wrong.argmax())
        row = [float(column[place]) for column in columns]
        raise InputError(
            seen=f"{int(wrong.sum())} of {len(wrong)} rows have probabilities of actions such as "
            f"{row}",
            expected="numbers from 0 to 1 with a sum of 1 in each row",
            todo="correct the kind's `predict`",
        )


def _codes(logged: pd.Series, actions: list[str]) -> np.ndarray:
    """Codes into `actions`, -1 where unknown; only distinct labels are spelt, as rows are many."""
    import pandas as pd

    codes, distinct = pd.factorize(logged)
    known = pd.Index(actions).get_indexer(pd.Index(class_names(pd.Series(distinct))))
    return known[codes]


def _of_logged(columns: Sequence[np.ndarray], action: np.ndarray) -> np.ndarray:
    """The value of each row's logged action; 0 for an unknown one."""
    import numpy as np

    found = np.zeros(len(action))
    for place, column in enumerate(columns):
        np.copyto(found, column, where=action == place)
    return found


def _units(dataset: Dataset) -> np.ndarray:
    import numpy as np
    import pandas as pd

    if "slate" not in dataset.roles:
        return np.arange(len(dataset))
    return pd.factorize(dataset.of_role("slate"), use_na_sentinel=False)[0]
