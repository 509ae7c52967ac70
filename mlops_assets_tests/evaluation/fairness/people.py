"""Applicants with a gender and an age, and a model that may treat women worse."""

import numpy as np
import pandas as pd

from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset


def people(
    rows: int = 1_500, *, seed: int = 0, bias: float = 0.0, diverse: float = 0.02
) -> tuple[Dataset, pd.DataFrame]:
    """Applicants, and predictions that lower the odds of women by `bias` (log).

    The gender decides nothing else; a few are missing.
    """
    rng = np.random.default_rng(seed)
    shares = [0.55 - diverse, 0.43, diverse, 0.02]
    gender = rng.choice(np.array(["male", "female", "diverse", None], object), rows, p=shares)
    age = rng.integers(20, 65, rows).astype(str)
    skill = rng.normal(size=rows)
    hired = (skill + rng.normal(size=rows) > 0.3).astype(int)
    probability = 1 / (1 + np.exp(-(1.5 * skill - 0.4 - bias * (gender == "female"))))
    dataset = Dataset(
        pd.DataFrame({"skill": skill}),
        Columns(numeric=["skill"]),
        pd.Series(hired),
        context=pd.DataFrame({"gender": gender, "age": age}),
        roles={"sensitive": ("gender", "age")},
    )
    scores = {"probability_0": 1 - probability, "probability_1": probability}
    return dataset, pd.DataFrame({"prediction": (probability > 0.5).astype(int), **scores})
