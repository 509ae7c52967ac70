"""Explain rows by any model that predicts rows independently of each other."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.evaluation.shapley.explained import Explained
from mlops_assets.evaluation.shapley.outputs import Outputs
from mlops_assets.evaluation.shapley.sampling import RowValues, row_values
from mlops_assets.kinds.base import (
    MatchesTexts,
    MixedPredictor,
    Model,
    Predicts,
    PredictsMixedRows,
    TextEvidence,
    predictions_of,
)

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

BACKGROUND = 50
"""Rows that predictions are compared with; with more, values change by less than they vary."""
LOOKED_AT = 1_000


def background_of(model: Model, features: pd.DataFrame, rows: int = BACKGROUND) -> pd.DataFrame:
    """Rows that explained rows are compared with, which stand for all; all if there are fewer.

    Evenly spaced among the rows sorted by their prediction, so that their mean prediction is close
    to that of all; at most 1,000 rows are looked at. Of a model that matches texts, they have the
    features of the pair.
    """
    import numpy as np

    some = features.iloc[_spaced(len(features), LOOKED_AT)]
    pairs = isinstance(model, MatchesTexts)
    some = model.pair_table(some) if pairs else some
    if len(some) <= rows:
        return some
    predicted = predictions_of(model.pair_model() if pairs else model, some)
    order = np.argsort(Outputs.of(predicted, None).matrix(predicted)[:, -1], kind="stable")
    return some.iloc[np.sort(order[_spaced(len(order), rows)])]


def _spaced(count: int, most: int) -> np.ndarray:
    """At most `most` evenly spaced positions, each in the middle of its part."""
    import numpy as np

    parts = min(count, most)
    return ((np.arange(parts) + 0.5) * count / max(parts, 1)).astype(int)


class Explainer:
    """Explains rows of a model against `background` rows.

    Rows have the typed features, and so has the background, or what `background_of` makes of them
    for a model that matches texts. The same rows, background and seed give the same values, unless
    time ends before. Raises `InputError` for a model that predicts nothing that can be explained.
    """

    def __init__(
        self,
        model: Model,
        background: pd.DataFrame,
        *,
        positive: str | int | None = None,
        seed: int = 0,
    ) -> None:
        if background.empty:
            raise InputError(
                seen="no rows to compare with",
                expected="at least one training row",
                todo="train the model on rows",
            )
        self._pairs = model if isinstance(model, MatchesTexts) else None
        self._model: Predicts = self._pairs.pair_model() if self._pairs else model
        self._background, self._seed, self._positive = background, seed, positive

    def text_evidence(self, row: pd.DataFrame) -> TextEvidence | None:
        """The words and skills that speak for one row; None for a model that matches no texts."""
        return self._pairs.text_evidence(row) if self._pairs else None

    def explain(self, rows: pd.DataFrame, *, seconds: float, passes: int = 1) -> Explained:
        """The SHAP values of the rows, or of the first of them that `seconds` are enough for.

        One row is explained in any case. Each takes `passes` pairs of orders of the columns for
        each background row.
        """
        import numpy as np
        import pandas as pd

        ends = time.monotonic() + seconds
        rows = self._pairs.pair_table(rows) if self._pairs else rows
        pool = pd.concat([rows, self._background[list(rows)]], ignore_index=True)
        predicted = predictions_of(self._model, pool)
        outputs = Outputs.of(predicted, self._positive)
        own = outputs.own(predicted.iloc[: len(rows)])
        predict, known = _predictor(self._model, pool), outputs.matrix(predicted)
        found: list[RowValues] = []
        for place in range(len(rows)):
            if found and time.monotonic() > ends:
                break
            each = row_values(
                lambda *mixed: outputs.matrix(predict(*mixed)),
                known,
                place,
                np.arange(len(rows), len(pool)),
                rows.shape[1],
                passes=passes,
                ends=ends,
                rng=np.random.default_rng([self._seed, place]),
            )
            if not each.complete and found:
                break  # all rows but a single one are compared with the whole background
            found.append(each)
        done, own = len(found), own[: len(found)]
        return Explained(
            features=rows.iloc[:done],
            predictions=predicted.iloc[:done].set_axis(rows.index[:done]),
            values=np.stack([it.values[:, at] for it, at in zip(found, own, strict=True)]),
            base=np.array([it.base[at] for it, at in zip(found, own, strict=True)]),
            output=known[np.arange(done), own],
            explains=tuple(outputs.names[at] for at in own),
            about=outputs.words(own),
            asked=len(rows),
            background=len(self._background),
            complete=all(it.complete for it in found),
            method="sampled orders of the columns",
            compared_with=f"{len(self._background):,} training rows",
        )


def _predictor(model: Predicts, pool: pd.DataFrame) -> MixedPredictor:
    """Predicts rows mixed from those of `pool`: by the model's fast path, or by `predict`."""
    fast = model.mixed_predictor(pool) if isinstance(model, PredictsMixedRows) else None
    if fast is not None:
        return fast
    return lambda *mixed: predictions_of(model, _mixed(pool, *mixed))


def _mixed(pool: pd.DataFrame, mask: np.ndarray, one: int, others: np.ndarray) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    chosen = np.where(mask, one, others[:, None])
    taken = {name: pool[name].array.take(chosen[:, at]) for at, name in enumerate(pool)}
    return pd.DataFrame(taken)
