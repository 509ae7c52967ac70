"""What a version was trained on, as live days are held against it: it belongs to the version.

Its files lie among the artifacts of the logged model, not of the run that made it: they are
there for a model that a later run uses again, and after the run has been deleted.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns, Task, typed_features
from mlops_assets.monitoring.drift.table_profile import TableProfile, build_profile
from mlops_assets.tasks.metrics.labelled import PROBABILITY

if TYPE_CHECKING:
    import pandas as pd
    from mlflow import MlflowClient

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

FOLDER, PROFILES, SAMPLE = "reference", "profiles.json", "sample.parquet"
SAMPLE_ROWS = 5_000
OUTPUT = "output: "
"""What the model said has this before its name where a feature may have the same."""


class VersionReference(BaseModel):
    """The profiles of a version's training data, of its predictions and of its target."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: TableProfile = Field(
        description="The features of all rows, training and holdout, and what the kind watches."
    )
    predictions: TableProfile = Field(
        description="What the model says of the holdout; of rows it was fitted on it is too sure."
    )
    target: TableProfile | None = Field(description="The target of all rows, if they have one.")


def build_version_reference(
    features: pd.DataFrame,
    holdout_predictions: pd.DataFrame,
    spec: LifecycleSpec,
    monitoring_features: pd.DataFrame | None = None,
) -> VersionReference:
    """The reference of a model that was fitted on the training rows of a feature table.

    `monitoring_features` has the further columns of the same rows that the kind watches.
    """
    outputs = prediction_columns(holdout_predictions, spec.task)
    columns, table = spec.columns, features
    if monitoring_features is not None:
        columns, table = (
            with_monitoring_features(columns, monitoring_features),
            features.join(monitoring_features),
        )
    return VersionReference(
        data=build_profile(table, columns, personal=spec.masked),
        predictions=build_profile(holdout_predictions, outputs),
        target=_of_target(features, spec),
    )


def with_monitoring_features(columns: Columns, monitoring_features: pd.DataFrame) -> Columns:
    """`columns`, and those that a kind watches: yes or no, and numbers."""
    yes_or_no = [
        name for name in monitoring_features if monitoring_features[name].dtype == "boolean"
    ]
    numbers = [name for name in monitoring_features if name not in yes_or_no]
    return Columns.model_validate(
        columns.model_dump()
        | {"boolean": [*columns.boolean, *yes_or_no], "numeric": [*columns.numeric, *numbers]}
    )


def day_with_monitoring_features(
    live_data: pd.DataFrame, reference: VersionReference, spec: LifecycleSpec, model_id: str
) -> pd.DataFrame:
    """A day's rows with the further columns of the reference.

    The model is loaded only where there are any. Raises `InputError` where the rows do not fit.
    """
    if set(reference.data.columns.names) <= {*live_data.columns}:
        return live_data
    model = spec.model.load(f"models:/{model_id}")
    features = typed_features(live_data, spec.columns, masked=spec.masked)
    return live_data.join(spec.model.monitoring_features(model, features))


def _of_target(features: pd.DataFrame, spec: LifecycleSpec) -> TableProfile | None:
    if (target := spec.training_target) is None:
        return None
    numeric = spec.task == "regression"
    column = Columns(numeric=[target]) if numeric else Columns(categorical=[target])
    return build_profile(features, column)


def prediction_columns(predictions: pd.DataFrame, task: Task) -> Columns:
    """The columns in which predictions drift.

    The predicted number; of two labels the probability of the second, of more labels each
    probability; the predicted label where there are no probabilities. Of a deduplication how sure
    it was, how large the groups are, and what it decided by which rule.
    """
    if task == "deduplication":
        return Columns(numeric=["match_weight", "cluster_size"], categorical=["decision", "rule"])
    if task == "regression":
        return Columns(numeric=["prediction"])
    names = [name for name in map(str, predictions.columns) if name.startswith(PROBABILITY)]
    if not names:
        return Columns(categorical=["prediction"])
    return Columns(numeric=names[1:] if len(names) == 2 else names)


def sample_rows(
    table: pd.DataFrame,
    predictions: pd.DataFrame,
    columns: Columns,
    outputs: Columns,
    *,
    personal: Collection[str] = (),
) -> pd.DataFrame:
    """At most 5,000 evenly spaced rows with what the model said of them, as pages show them.

    Typed; a text is its length in characters, so that nobody's words get into a page. Each
    `personal` column is sorted by itself, so that no row is anybody's, and a personal date is the
    middle of its year. Rows without a prediction have a missing one.
    """
    import numpy as np

    places = np.linspace(0, len(table) - 1, min(len(table), SAMPLE_ROWS)).astype(int)
    rows = typed_features(table.iloc[places], columns)
    for name in columns.text:
        lengths = rows[name].str.len().astype("float64")
        rows[name] = lengths.where(lengths > 0)
    for name in {*personal} & {*columns.date}:
        rows[name] = _middle_of_year(rows[name])
    for name in {*personal} & {*columns.names}:
        rows[name] = rows[name].sort_values().to_numpy()
    shown = predictions.loc[predictions.index.isin(rows.index), outputs.names]
    return rows.join(typed_features(shown, outputs).add_prefix(OUTPUT))


def _middle_of_year(dates: pd.Series) -> pd.Series:
    """1 July of each date's year, NaT where missing."""
    import pandas as pd

    january = dates.to_numpy().astype("datetime64[Y]").astype("datetime64[M]")
    return pd.Series((january + 6).astype("datetime64[ns]"), dates.index)


def save_version_reference(
    client: MlflowClient, model_id: str, reference: VersionReference, sample: pd.DataFrame
) -> None:
    """Store both with the logged model `m-…`."""
    with TemporaryDirectory() as folder:
        (Path(folder) / PROFILES).write_text(reference.model_dump_json())
        sample.to_parquet(Path(folder) / SAMPLE, engine="pyarrow", compression="zstd")
        client.log_model_artifacts(model_id, folder, FOLDER)


def load_version_reference(client: MlflowClient, model_id: str) -> VersionReference:
    """The reference of the logged model `m-…`. Raises `InputError` where it has none."""
    return _loaded(client.tracking_uri, model_id)


def load_sample(client: MlflowClient, model_id: str) -> pd.DataFrame:
    """What `sample_rows` gave at training. Raises `InputError` where the version has none."""
    import pandas as pd

    with TemporaryDirectory() as folder:
        return pd.read_parquet(_download(client, model_id, SAMPLE, folder), engine="pyarrow")


# A reference never changes, and a month of days is mostly judged against one or two.
@lru_cache(maxsize=8)
def _loaded(tracking_uri: str, model_id: str) -> VersionReference:
    from mlflow import MlflowClient

    with TemporaryDirectory() as folder:
        path = _download(MlflowClient(tracking_uri), model_id, PROFILES, folder)
        return VersionReference.model_validate_json(path.read_bytes())


def _download(client: MlflowClient, model_id: str, name: str, folder: str) -> Path:
    from mlflow.artifacts import download_artifacts

    there = {file.path for file in client.list_logged_model_artifacts(model_id, FOLDER)}
    if f"{FOLDER}/{name}" not in there:
        raise InputError(
            seen=f"the model {model_id} has no {FOLDER}/{name}: an older release made it",
            expected="a version with the reference that its days are held against",
            todo="retrain the model, so that a version with a reference serves",
        )
    place = client.get_logged_model(model_id).artifact_location
    found = download_artifacts(
        artifact_uri=f"{place}/{FOLDER}/{name}", dst_path=folder, tracking_uri=client.tracking_uri
    )
    return Path(found)
