"""A holdout of an HR table: 30 features, two sensitive columns, and a fitted model."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd

from mlops_assets.evaluation.packs.base import AnyPack
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.base import Model
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

SIZES = (1_500, 50_000)
NUMBERS = [f"number_{it:02d}" for it in range(22)]
LABELS = [f"label_{it:02d}" for it in range(8)]
TRAINING = 2_000


@dataclass(frozen=True)
class Holdout:
    """What a pack is given."""

    spec: LifecycleSpec
    model: Model
    dataset: Dataset
    predictions: pd.DataFrame
    training: Dataset


@cache
def holdout(rows: int, estimator: str = "sklearn.linear_model.LogisticRegression") -> Holdout:
    """`rows` held-out employees, of whom about 16 % leave; the model is fitted on 2,000 others."""
    spec = LifecycleSpec.model_validate(
        {
            "name": "benchmark",
            "source": {"type": "csv", "path": "none.csv"},
            "target": "leaves",
            "columns": {"numeric": NUMBERS, "categorical": LABELS},
            "context": {"sensitive": ["gender", "origin"]},
            "model": {"type": "sklearn", "estimator": estimator},
        }
    )
    table = employees(TRAINING + rows)
    typed = spec.dataset(table).with_target(table["leaves"])
    dataset = replace(typed, groups=pd.Series(table.index.astype(str), table.index))
    train, held = dataset.take(np.arange(TRAINING)), dataset.take(np.arange(TRAINING, len(table)))
    model = spec.model.fit(train, spec.task, seed=0, allowed_prefixes=("sklearn.",))
    return Holdout(spec, model, held, model.predict(held.features), train)


def employees(rows: int) -> pd.DataFrame:
    """Employees whose leaving depends on a few of the columns."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(rows, len(NUMBERS))), columns=NUMBERS)
    table = table.assign(**{name: rng.choice(list("abcdef"), rows) for name in LABELS})
    table["gender"] = rng.choice(["male", "female", "diverse"], rows, p=[0.58, 0.4, 0.02])
    table["origin"] = rng.choice(list("abcde"), rows, p=[0.5, 0.2, 0.15, 0.1, 0.05])
    odds = table[NUMBERS[:5]].sum(axis=1) * 0.7 + (table["label_00"] == "a") - 2.4
    table["leaves"] = (rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(int)
    return table


def run_pack(pack: AnyPack, given: Holdout) -> None:
    """Compute all that the asset `evaluation` stores of a pack, pictures as PNG."""
    from mlops_assets.figures.style import png

    result = pack.run(
        given.model, lambda: given.training, given.dataset, given.predictions, given.spec
    )
    for made in result.documents.values():
        made()
    for figure in result.draw().values():
        png(figure)
    result.panel()
