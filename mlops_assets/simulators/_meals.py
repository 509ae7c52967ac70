"""Simulated users, things to eat, what they think of them, and a logging policy that chooses.

No row is a real person. Each thing that can be chosen has a preparation time, price, protein and so
on; the expected reward of a user is a logistic function of how well these fit, of taste, and of
whether the diet is respected. The logging policy knows a part of it, so that its choices depend on
the user; its propensities are exact, and it explores, so that every action can be shown.

`shift: {tastes: 1.0}` makes tastes change: what was liked for its novelty no longer is, and people
are harder to please. That is a change of concept, which only rewards show. Features drift by
`shift`, too. `expected_rewards` is the truth, for tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from mlops_assets.simulators._latent import Streams, coded, ids, require_possible, streams_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

# Mean, standard deviation (what `shift` moves by), lowest and highest value.
NUMERIC = {
    "age": (38.0, 12.0, 18, 80),
    "energy_goal": (2100.0, 350.0, 1200, 3600),
    "cooking_minutes": (35.0, 15.0, 5, 120),
    "weekly_budget": (60.0, 20.0, 15, 200),
    "household": (2.2, 1.1, 1, 6),
    "weeks_active": (20.0, 14.0, 0, 100),
}
CATEGORICAL = {
    "diet": {"omnivore": 0.6, "vegetarian": 0.28, "vegan": 0.12},
    "goal": {"lose weight": 0.4, "keep weight": 0.35, "build muscle": 0.25},
}
TASTES = "tastes"
FEATURES = (*NUMERIC, *CATEGORICAL)
STRICTNESS = {"omnivore": 0, "vegetarian": 1, "vegan": 2}
EXPLORED = 0.2
"""Share of the decisions that the logging policy draws from all actions alike."""
TEMPERATURE = 0.5


class Item(NamedTuple):
    """Something to eat: what it takes and gives, and how strict a diet allows it (0 to 2)."""

    minutes: float
    price: float  # of a week, in EUR
    protein: float  # 0 to 1
    light: float  # 0 to 1
    novelty: float  # -1 to 1
    allowed: int  # 0: has meat, 1: vegetarian, 2: vegan


@dataclass(frozen=True)
class Menu:
    """What a policy chooses from, and how its log is written."""

    prefix: str
    action: str
    reward: str
    items: Mapping[str, Item]
    trials: int
    """The reward is a share of so many trials, such as the days of a week."""
    slate: int = 1
    """Choices that are shown together."""


def simulate(
    menu: Menu, rows: int, *, seed: int, day: date | None, shift: Mapping[str, float] | None
) -> pd.DataFrame:
    """`rows` logged decisions: features, the action, its `propensity`, and its reward.

    With slates, `rows` is rounded down to whole slates, which have an id and a `position`.
    """
    import numpy as np
    import pandas as pd

    shift = shift or {}
    require_possible(shift, [*FEATURES, TASTES], NUMERIC)
    streams, slates = streams_of(seed, day), rows // menu.slate
    users = _users(slates, shift, streams)
    table = users.loc[users.index.repeat(menu.slate)].reset_index(drop=True)
    position = np.tile(np.arange(menu.slate), slates)
    probabilities = logging_probabilities(menu, table)
    action = _drawn(probabilities, streams("action"))
    mean = expected_rewards(menu, table, shift.get(TASTES, 0.0), position)
    every = np.arange(len(table))
    names = np.array(list(menu.items), dtype=object)
    reward = streams("reward").binomial(menu.trials, mean[every, action]) / menu.trials
    session = np.repeat(ids(menu.prefix, slates, seed, day), menu.slate)
    shown = {"session": session, "position": position.astype("int64")} if menu.slate > 1 else {}
    order = ids(menu.prefix, len(table), seed, day)
    return pd.DataFrame({"decision_id": order}).assign(
        **shown,
        **{name: table[name] for name in FEATURES},
        **{menu.action: names[action], "propensity": probabilities[every, action]},
        **{menu.reward: reward},
    )


def expected_rewards(
    menu: Menu, table: pd.DataFrame, tastes: float = 0.0, position: np.ndarray | None = None
) -> np.ndarray:
    """The true expected reward of each action, (n, actions); `tastes` is how far they changed."""
    import numpy as np

    it = _attributes(menu)
    young = (table["age"].to_numpy() < 40)[:, None] * 2.0 - 1.0
    liked = it["novelty"][None, :] * young * (1 - 2 * tastes)
    score = 0.4 - 0.5 * tastes + _fit(menu, table) + 1.2 * liked - 2.5 * ~respects(menu, table)
    mean = 1 / (1 + np.exp(-score))
    return mean if position is None else mean * 0.8 ** position[:, None]


def respects(menu: Menu, table: pd.DataFrame) -> np.ndarray:
    """Whether each action respects the diet of each user, (n, actions) bool."""
    strict = table["diet"].map(STRICTNESS).fillna(0).to_numpy("int64")
    return strict[:, None] <= _attributes(menu)["allowed"][None, :]


def alignment(menu: Menu, table: pd.DataFrame) -> np.ndarray:
    """How well each action fits what each user wants, (n, actions) from 0 to 1, tastes aside."""
    import numpy as np

    return 1 / (1 + np.exp(-_fit(menu, table)))


def logging_probabilities(menu: Menu, table: pd.DataFrame) -> np.ndarray:
    """How probable each action is under the logging policy, (n, actions)."""
    import numpy as np

    known = 0.5 * _fit(menu, table) - 0.5 * ~respects(menu, table)
    odds = np.exp(known / TEMPERATURE)
    best = odds / odds.sum(axis=1, keepdims=True)
    return (1 - EXPLORED) * best + EXPLORED / len(menu.items)


def _fit(menu: Menu, table: pd.DataFrame) -> np.ndarray:
    """Time, money and goal: about -2 to 2."""
    import numpy as np

    it = _attributes(menu)
    hurry = np.maximum(0, it["minutes"][None, :] - table["cooking_minutes"].to_numpy()[:, None])
    dear = np.maximum(0, it["price"][None, :] - table["weekly_budget"].to_numpy()[:, None])
    build = (table["goal"] == "build muscle").to_numpy()[:, None]
    lose = (table["goal"] == "lose weight").to_numpy()[:, None]
    wanted = 1.5 * build * (it["protein"] - 0.5) + 1.2 * lose * (it["light"] - 0.5)
    return 0.3 + wanted - hurry / 25 - dear / 30


def _attributes(menu: Menu) -> dict[str, np.ndarray]:
    import numpy as np

    columns = zip(*menu.items.values(), strict=True)
    return {name: np.array(it) for name, it in zip(Item._fields, columns, strict=True)}


def _users(rows: int, shift: Mapping[str, float], streams: Streams) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    columns = {}
    for name, (mean, deviation, low, high) in NUMERIC.items():
        drawn = mean + deviation * (streams(name).standard_normal(rows) + shift.get(name, 0.0))
        columns[name] = np.clip(drawn, low, high).round(0)
    for name, shares in CATEGORICAL.items():
        drawn = coded(shares, streams(name).standard_normal(rows))
        rarest = min(shares, key=shares.__getitem__)
        moved = streams(f"shift {name}").random(rows) < shift.get(name, 0.0)
        columns[name] = np.where(moved, rarest, drawn)
    return pd.DataFrame(columns)


def _drawn(probabilities: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An action of each row, (n,), by its probability."""
    bounds = probabilities.cumsum(axis=1)
    return (rng.random(len(bounds))[:, None] * bounds[:, -1:] > bounds).sum(axis=1)
