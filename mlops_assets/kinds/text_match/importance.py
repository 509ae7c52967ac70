"""Permutation importance of what a pair is scored by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.features.dataset import Dataset
from mlops_assets.tasks.metrics.ranking import ndcg, ranked
from mlops_assets.tasks.ranking import GROUP

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlops_assets.kinds.base import MatchesTexts

MOST_ROWS, REPEATS, CUT = 2_000, 3, 10
UNIT = f"loss of NDCG@{CUT} when the feature is shuffled"


def permuted(model: MatchesTexts, dataset: Dataset, *, seed: int) -> pd.DataFrame:
    """Drop in NDCG@10 when a feature is shuffled: `feature`, `importance`, `spread`, `unit`.

    On whole groups of about 2,000 rows, with three shuffles per feature. About 0 means that the
    order does not need the feature; `spread` is the standard deviation over the shuffles.
    """
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(seed)
    few = dataset.take(_whole_groups(dataset.of_role(GROUP), rng))
    table, scoring = model.pair_table(few.features), model.pair_model()

    def quality(rows: pd.DataFrame) -> float:
        scores = scoring.predict(rows)["prediction"]
        it = ranked(few.of_role(GROUP), few.known_target(), scores)
        return float(np.nanmean(ndcg(it, CUT)))

    known, rows = quality(table), []
    for name in table:
        shuffles = (rng.permutation(len(table)) for _ in range(REPEATS))
        lost = [
            known - quality(table.assign(**{name: table[name].to_numpy()[it]})) for it in shuffles
        ]
        rows.append((name, float(np.mean(lost)), float(np.std(lost)), UNIT))
    found = pd.DataFrame(rows, columns=["feature", "importance", "spread", "unit"])
    return found.sort_values("importance", ascending=False, kind="stable", ignore_index=True)


def _whole_groups(groups: pd.Series, rng: np.random.Generator) -> np.ndarray:
    """The places of the rows of some random groups: at most 2,000 rows, or one group."""
    import numpy as np
    import pandas as pd

    codes, distinct = pd.factorize(groups)
    order = rng.permutation(len(distinct))
    sizes = np.bincount(codes)[order]
    taken = order[: max(1, int((np.cumsum(sizes) <= MOST_ROWS).sum()))]
    return np.flatnonzero(np.isin(codes, taken))
