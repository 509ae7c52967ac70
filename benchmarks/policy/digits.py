"""scikit-learn's digits as a bandit: naming the digit is the action, and right is the reward.

Half of the images fit three classifiers: a good one, whose choices are judged, a weak one, whose
choices are logged, and a small one that estimates rewards. A log draws images of the other half
with replacement, so that the true value of a policy is its mean over that half.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset

ACTIONS = [str(digit) for digit in range(10)]
SHOWN = 5
"""Actions that are shown where half of them never are."""
OVERRIDDEN = 0.2
"""Share of the rows whose action was replaced by the best one, which the log does not know."""
ROLES = {"action": ("action",), "propensity": ("propensity",)}


class Images(NamedTuple):
    """The half that logs are drawn from: what each classifier says of it, (n, 10) each."""

    digit: np.ndarray
    target: np.ndarray
    weak: np.ndarray
    estimated: np.ndarray


@dataclass(frozen=True)
class Setup:
    """How a log is made: `explored` of the choices are drawn alike from all actions."""

    explored: float = 0.5
    half_shown: bool = False
    overridden: float = 0.0
    target_is_logging: bool = False


SETUPS = {
    "good support": Setup(),
    "exploration of .02": Setup(explored=0.02),
    "half of the actions never shown": Setup(half_shown=True),
    "a greedy override not in the log": Setup(overridden=OVERRIDDEN),
    "target = logging": Setup(target_is_logging=True),
}


@cache
def images() -> Images:
    """Fitted once."""
    from sklearn.datasets import load_digits
    from sklearn.linear_model import LogisticRegression
    from sklearn.naive_bayes import GaussianNB

    pixels, digit = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(digit))
    fitted, other = np.array_split(order, 2)
    good = LogisticRegression(C=0.01, max_iter=1_000).fit(pixels[fitted], digit[fitted])
    small = LogisticRegression(C=0.0005, max_iter=1_000).fit(
        pixels[fitted[:200]], digit[fitted[:200]]
    )
    weak = GaussianNB(var_smoothing=0.2).fit(pixels[fitted[:200]], digit[fitted[:200]])
    said = [model.predict_proba(pixels[other]) for model in (good, weak, small)]
    return Images(digit[other], *said)


def logging_policy(setup: Setup) -> np.ndarray:
    """The probability of each action for each image, (n, 10), as it is logged."""
    weak = images().weak
    best = np.eye(10)[weak.argmax(axis=1)]
    found = (1 - setup.explored) * best + setup.explored / 10
    if setup.half_shown:
        found[:, SHOWN:] = 0
        found /= found.sum(axis=1, keepdims=True)
    return found


def truth(setup: Setup) -> float:
    """The value of the judged policy."""
    it = images()
    chosen = logging_policy(setup) if setup.target_is_logging else it.target
    return float(chosen[np.arange(len(it.digit)), it.digit].mean())


def draw(setup: Setup, rows: int, seed: int) -> tuple[Dataset, pd.DataFrame]:
    """A log of so many rows, and what the judged policy says of them."""
    rng, it, logs = np.random.default_rng(seed), images(), logging_policy(setup)
    row = rng.integers(0, len(it.digit), rows)
    at, bounds = np.arange(rows), logs[row].cumsum(axis=1)
    action = (rng.random(rows)[:, None] * bounds[:, -1:] > bounds).sum(axis=1)
    propensity = logs[row]
    replaced = rng.random(rows) < setup.overridden
    action = np.where(replaced, it.weak[row].argmax(axis=1), action)
    context = pd.DataFrame(
        {
            "action": np.array(ACTIONS, dtype=object)[action],
            "propensity": propensity[at, action],
        }
    )
    reward = pd.Series((action == it.digit[row]).astype("float64"), name="reward")
    dataset = Dataset(
        pd.DataFrame({"image": row}), Columns(numeric=["image"]), reward, context, ROLES
    )
    return dataset, _said(
        propensity if setup.target_is_logging else it.target[row], it.estimated[row]
    )


def _said(probability: np.ndarray, estimated: np.ndarray) -> pd.DataFrame:
    columns = {f"probability_{it}": probability[:, place] for place, it in enumerate(ACTIONS)}
    columns |= {f"estimated_reward_{it}": estimated[:, place] for place, it in enumerate(ACTIONS)}
    best = np.array(ACTIONS, dtype=object)[probability.argmax(axis=1)]
    return pd.DataFrame({"prediction": best, **columns})
