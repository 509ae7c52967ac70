"""Applicants of whom women are hired less at the same skill, for the mitigations to mend."""

import numpy as np
import pandas as pd

from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.sklearn.model import SklearnModel
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets_tests.kinds.sklearn.messy import SKLEARN_ONLY, spec

LOGISTIC = "sklearn.linear_model.LogisticRegression"


def applicants(rows: int = 2_000, *, seed: int = 0, is_feature: bool = True) -> Dataset:
    """`skill` and `gender` decide; without the feature, `hours` gives the gender away."""
    rng = np.random.default_rng(seed)
    gender = rng.choice(np.array(["female", "male"], object), rows)
    is_male = gender == "male"
    skill = rng.normal(size=rows)
    table = pd.DataFrame({"skill": skill, "hours": 36 + 4 * is_male + rng.normal(size=rows)})
    chance = 1 / (1 + np.exp(-(1.5 * skill - 1.5 + 1.5 * is_male)))
    hired = pd.Series(np.where(rng.random(rows) < chance, "yes", "no"), dtype=object)
    columns = Columns(numeric=["skill", "hours"])
    if is_feature:
        table["gender"] = gender
        columns = Columns(numeric=["skill", "hours"], categorical=["gender"])
    return Dataset(
        table,
        columns,
        hired,
        context=pd.DataFrame({"gender": gender}),
        roles={"sensitive": ("gender",)},
        positive="yes",
        groups=pd.Series(np.arange(rows) * 7919),
    )


def fit(rows: Dataset, estimator: str = LOGISTIC, **more) -> SklearnModel:
    """The estimator with its threshold or mitigation, fitted on the rows."""
    return spec(estimator, **more).fit(rows, CLASSIFICATION, seed=0, allowed_prefixes=SKLEARN_ONLY)


def rates(model: SklearnModel, rows: Dataset, *, among: str | None = None) -> dict[str, float]:
    """The share of each gender that is predicted positive, of all or of those who are `among`."""
    yes = model.predict(rows.features)["prediction"] == "yes"
    kept = pd.Series(True, yes.index) if among is None else rows.known_target() == among
    return yes[kept].groupby(rows.context["gender"][kept]).mean().to_dict()


def gap(model: SklearnModel, rows: Dataset, *, among: str | None = None) -> float:
    """How far these differ."""
    found = rates(model, rows, among=among)
    return abs(found["male"] - found["female"])
