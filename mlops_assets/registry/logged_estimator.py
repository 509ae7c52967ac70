"""Log an estimator that was fitted outside the graph, without pickle."""

import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from mlops_assets.errors import InputError
from mlops_assets.platform.mlflow.runs import experiment_id, log_values
from mlops_assets.platform.settings import Settings

if TYPE_CHECKING:
    import pandas as pd
    from mlflow import MlflowClient
    from sklearn.pipeline import Pipeline


def log_estimator(
    client: "MlflowClient",
    settings: Settings,
    model: Any,
    model_name: str,
    *,
    experiment: str,
    metrics: Mapping[str, float],
    params: Mapping[str, Any],
    example: "pd.DataFrame | None",
) -> str:
    """Log a model with its metrics and parameters in a new run, and return the run's id.

    A bare estimator is saved as a pipeline of one step. Raises `InputError`, before the run is
    created, for anything but a scikit-learn estimator made of trusted types.
    """
    from mlops_assets.kinds.sklearn import storage

    pipeline = _pipeline(model)
    with TemporaryDirectory() as folder:
        storage.dump(pipeline, Path(folder) / storage.FILE)
    run = client.create_run(experiment_id(client, experiment, settings), run_name=model_name)
    run_id, status = run.info.run_id, "FAILED"
    try:
        log_values(client, run_id, params=params, metrics=metrics, tags={"model": model_name})
        _save(client, pipeline, run_id, model_name, example)
        status = "FINISHED"
    finally:
        client.set_terminated(run_id, status=status, end_time=int(time.time() * 1000))
    return run_id


def logged_model_of(client: "MlflowClient", run_id: str) -> str:
    """The id `m-…` of the newest model logged in a run."""
    run = client.get_run(run_id)
    found = client.search_logged_models(
        [run.info.experiment_id],
        filter_string=f"source_run_id = '{run_id}'",
        max_results=1,
        order_by=[{"field_name": "creation_time", "ascending": False}],
    )
    if found:
        return found[0].model_id
    raise InputError(
        seen=f"run {run_id} logged no model",
        expected="a run of log_model, or of MLflow's own log_model",
        todo="log the model first",
    )


def _save(client, pipeline: "Pipeline", run_id: str, model_name: str, example) -> None:
    import pandas as pd
    from mlflow import sklearn as flavor
    from mlflow.models import Model

    from mlops_assets.kinds.sklearn import storage
    from mlops_assets.kinds.sklearn.trusted_types import TRUSTED_TYPES

    if example is not None and hasattr(pipeline, "feature_names_in_"):
        predictions = pd.DataFrame({"prediction": pipeline.predict(example)}, index=example.index)
        storage.save(pipeline, example, predictions, run_id=run_id, model_name=model_name)
        return
    run = client.get_run(run_id)
    logged = client.create_logged_model(
        run.info.experiment_id, model_name, source_run_id=run_id, params=run.data.params
    )
    Model.log(
        None,
        flavor,
        run_id=run_id,
        model_id=logged.model_id,
        sk_model=pipeline,
        serialization_format="skops",
        skops_trusted_types=list(TRUSTED_TYPES),
        pip_requirements=[f"{name}=={storage.version(name)}" for name in storage.PACKAGES],
    )


def _pipeline(model: Any) -> "Pipeline":
    from sklearn.base import BaseEstimator
    from sklearn.pipeline import Pipeline, make_pipeline

    if isinstance(model, Pipeline):
        return model
    if isinstance(model, BaseEstimator):
        return make_pipeline(model)
    raise InputError(
        seen=f"a {type(model).__name__}, which is not a scikit-learn estimator",
        expected="an estimator or a pipeline, which can be saved without pickle",
        todo="log it with MLflow's own flavor, and register it by its run's id",
    )
