"""Find columns that nearly give the target: one alone, or a sum of several."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MOST_ROWS, FEWEST_ROWS, FOLDS, SEED = 2_000, 60, 3, 0
MOST_PARTS = 4
NEARLY_ALONE, SUSPICIOUS = 0.98, 0.9
"""Share of the target explained by one column: left out, or named."""
NEARLY_AS_SUM, UNIT = 0.9, 0.1
"""Share that a sum explains, if the weights of its parts are within 0.1 of 1 or -1."""


class Sum(NamedTuple):
    """Columns whose sum or difference nearly gives the target."""

    parts: dict[str, int]
    """1 or -1 by column."""
    share: float
    """R²: 1 is the target itself."""

    @property
    def words(self) -> str:
        """`'total' - 'tip' - 'tolls'`."""
        (first, *others) = sorted(self.parts.items(), key=lambda part: -part[1])
        signs = {1: " + ", -1: " - "}
        begin = f"{'' if first[1] > 0 else '-'}{first[0]!r}"
        return begin + "".join(f"{signs[sign]}{name!r}" for name, sign in others)


def explained_alone(values: pd.Series, target: pd.Series, *, classes: bool) -> float:
    """How much of the target a shallow tree of this one column predicts on rows it has not seen.

    1 is everything, 0 what guessing gives: R², or the share of guessing's errors that are avoided.
    """
    import numpy as np
    import pandas as pd
    from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    known = values.notna() & target.notna()
    if known.sum() < max(FEWEST_ROWS, len(values) / 2):
        return 0.0
    chosen = target[known].sample(min(int(known.sum()), MOST_ROWS), random_state=SEED)
    column = values.loc[chosen.index]
    numeric = pd.api.types.is_numeric_dtype(column)
    codes = column.to_numpy("float64") if numeric else pd.factorize(column)[0].astype("float64")
    codes = np.clip(codes, -1e30, 1e30)[:, None]
    shuffled = {"shuffle": True, "random_state": SEED}
    if not classes:
        tree, folds = DecisionTreeRegressor(min_samples_leaf=3, random_state=SEED), KFold
        predicted = cross_val_predict(tree, codes, chosen, cv=folds(FOLDS, **shuffled))
        spread = ((chosen - chosen.mean()) ** 2).sum()
        return float(1 - ((chosen - predicted) ** 2).sum() / spread) if spread else 0.0
    labels, counts = pd.factorize(chosen)[0], chosen.value_counts()
    if counts.iloc[1:2].sum() < FOLDS:
        return 0.0
    tree, folds = DecisionTreeClassifier(max_leaf_nodes=50, random_state=SEED), StratifiedKFold
    predicted = cross_val_predict(tree, codes, labels, cv=folds(FOLDS, **shuffled))
    errors = (predicted != labels).mean()
    return float(1 - errors / (1 - counts.max() / len(labels)))


def near_sum(features: pd.DataFrame, target: pd.Series) -> Sum | None:
    """A sum or difference of two to four numeric columns that nearly gives the target.

    Columns are taken one after another, the one that explains most first. What tells a sum from a
    good model is that its weights are nearly 1 and -1.
    """
    import numpy as np

    known = features.loc[:, features.notna().mean() > 0.5]
    finite = np.isfinite(known).all(axis=1) & np.isfinite(target)
    rows = known[finite].head(MOST_ROWS)
    wanted = target[rows.index].to_numpy("float64")
    if len(rows) < FEWEST_ROWS or not wanted.std():
        return None
    left = [name for name in rows if rows[name].std() > 0]
    taken: list[str] = []
    found = None
    while left and len(taken) < MOST_PARTS:
        best = max(left, key=lambda name: _fit(rows[[*taken, name]], wanted)[1])
        left.remove(best)
        taken.append(best)
        weights, share = _fit(rows[taken], wanted)
        is_sum = bool((abs(abs(weights) - 1) < UNIT).all())
        if found and not is_sum:
            break
        if len(taken) > 1 and share >= NEARLY_AS_SUM and is_sum:
            signs = np.sign(weights).astype(int).tolist()
            found = Sum(dict(zip(taken, signs, strict=True)), share)
    return found


def _fit(rows: pd.DataFrame, wanted: np.ndarray) -> tuple[np.ndarray, float]:
    """The weights of least squares with an offset, and R²."""
    import numpy as np

    values = rows.to_numpy("float64")
    values, centred = values - values.mean(axis=0), wanted - wanted.mean()
    weights = np.linalg.lstsq(values, centred, rcond=None)[0]
    errors = centred - values @ weights
    return weights, float(1 - (errors**2).sum() / (centred**2).sum())
