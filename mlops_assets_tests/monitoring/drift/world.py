"""The heart disease columns and a reference of 4,000 simulated patients."""

import pandas as pd

from mlops_assets.features.columns import Columns
from mlops_assets.monitoring.drift.table_profile import TableProfile, build_profile
from mlops_assets.simulators.heart_disease import simulate

HEART = Columns(
    numeric=["age", "trestbps", "chol", "thalach", "oldpeak"],
    categorical=["cp", "restecg", "slope", "ca", "thal"],
    boolean=["sex", "fbs", "exang"],
)
TRAINING_ROWS = 4_000


def heart_reference(seed: int = 1) -> TableProfile:
    return build_profile(simulate(TRAINING_ROWS, seed=seed), HEART)


def numbers(values) -> pd.DataFrame:
    return pd.DataFrame({"x": values})


X = Columns(numeric=["x"])
LABELS = Columns(categorical=["x"])
TEXTS = Columns(text=["x"])
