"""Applications as `text_match` is fitted on them."""

from functools import cache
from typing import Any

import pandas as pd

from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.text_match import TextMatchSpec
from mlops_assets.kinds.text_match.model import TextMatchModel
from mlops_assets.platform.mlflow.runs import experiment_id
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.simulators.candidate_scoring import simulate
from mlops_assets.tasks.ranking import RANKING

COLUMNS = Columns(text=["resume", "job"], numeric=["experience_years"])


@cache
def table(rows: int = 1_200, seed: int = 1) -> pd.DataFrame:
    return simulate(rows, seed=seed)


def dataset(rows: pd.DataFrame | None = None) -> Dataset:
    rows = table() if rows is None else rows
    features = rows[COLUMNS.names].assign(experience_years=rows["experience_years"].astype(float))
    return Dataset(
        features,
        COLUMNS,
        rows["invited"].astype("float64"),
        context=rows[["job_id"]],
        roles={"group": ("job_id",)},
    )


def fit(given: Dataset | None = None, **settings: Any) -> TextMatchModel:
    asked: dict[str, Any] = {"left": "resume", "right": "job"} | settings
    kind = TextMatchSpec(type="text_match", **asked)
    options = {"seed": 0, "allowed_prefixes": ("sklearn.",)}
    return kind.fit(given or dataset(), RANKING, **options)


@cache
def fitted() -> TextMatchModel:
    return fit()


def save(model: TextMatchModel, settings: Settings) -> str:
    """The address of the saved model."""
    client = open_store(settings)
    run = client.create_run(experiment_id(client, "match", settings)).info.run_id
    saved = model.save(dataset().features.head(), run_id=run, model_name="m")
    return f"models:/{saved}"


def pair(left: str, right: str, years: float = 5.0) -> pd.DataFrame:
    return pd.DataFrame({"resume": [left], "job": [right], "experience_years": [years]})
