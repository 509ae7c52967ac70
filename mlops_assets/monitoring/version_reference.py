"""The reference of a version: profiles of its training data, which live days are compared with.

Its files are artifacts of the logged model, not of the run that fitted it, so that they are also
available when a later run reuses the model, and after the run has been deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.data.personal_data import NOTHING_PERSONAL, PersonalData
from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns, typed_features
from mlops_assets.features.dataset import Dataset
from mlops_assets.features.dates import to_date
from mlops_assets.kinds.base import Model, predictions_of
from mlops_assets.kinds.loading import load_model
from mlops_assets.monitoring.drift.column_days import ReferenceDays
from mlops_assets.monitoring.drift.days_file import DaysOfParts, read_days, write_days
from mlops_assets.monitoring.drift.reference_days import reference_days
from mlops_assets.monitoring.drift.table_profile import TableProfile, build_profile
from mlops_assets.monitoring.input_schema import InputSchema
from mlops_assets.platform.table_content import Content
from mlops_assets.tasks.feature_table import TIME, context_of
from mlops_assets.tasks.metrics.calibrated import Calibration

if TYPE_CHECKING:
    import pandas as pd
    from mlflow import MlflowClient

    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

FOLDER, PROFILES, SAMPLE = "reference", "profiles.json", "sample.parquet"
SCHEMA, CALIBRATION = "input_schema.json", "calibration.json"
DAYS = "days.parquet"
OLDER = "an older release trained the version and kept no days"
SAMPLE_ROWS = 5_000
OUTPUT = "output: "
"""Prefix of the names of predictions, where a feature might have the same name."""


class VersionReference(BaseModel):
    """The profiles of a version's training data, of its predictions and of its target."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: TableProfile = Field(
        description="Features and monitoring features of all rows, training and holdout."
    )
    predictions: TableProfile = Field(
        description="Predictions on the holdout, because on training rows a model is too certain."
    )
    target: TableProfile | None = Field(description="Target of all rows, if there is one.")
    context: TableProfile | None = Field(
        default=None,
        description="Context columns of all rows that are no features. Their drift is shown, and "
        "is no reason to retrain a model that never sees them.",
    )


def build_version_reference(
    features: pd.DataFrame,
    holdout_predictions: pd.DataFrame,
    spec: LifecycleSpec,
    monitoring_features: pd.DataFrame | None = None,
) -> VersionReference:
    """The reference of a model fitted on the training rows of a feature table.

    `monitoring_features` are further columns of the same rows that the kind monitors.
    """
    outputs = spec.task.prediction_columns(holdout_predictions)
    columns, table = spec.columns, features
    if monitoring_features is not None:
        columns = with_monitoring_features(columns, monitoring_features)
        table = _joined(table, monitoring_features)
    return VersionReference(
        data=build_profile(table, columns, personal=spec.personal_data),
        predictions=build_profile(holdout_predictions, outputs),
        target=_target_profile(features, spec),
        context=_context_profile(features, spec),
    )


def with_monitoring_features(columns: Columns, monitoring_features: pd.DataFrame) -> Columns:
    """`columns` extended by the monitoring features of a kind: flags and numbers."""
    flags = [name for name in monitoring_features if monitoring_features[name].dtype == "boolean"]
    numbers = [name for name in monitoring_features if name not in flags]
    return Columns.model_validate(
        columns.model_dump()
        | {"boolean": [*columns.boolean, *flags], "numeric": [*columns.numeric, *numbers]}
    )


def day_with_monitoring_features(
    live_data: Content, reference: VersionReference, spec: LifecycleSpec, model_id: str
) -> Iterator[pd.DataFrame]:
    """A day's rows with the monitoring features of the reference, in batches if it has none.

    The model is loaded only if it has some, and gets the whole day. Raises `InputError` if the rows
    do not fit their roles.
    """
    names = reference.data.columns.names
    if {*names} <= {*live_data.columns}:
        yield from live_data.batches(names)
        return
    model, rows = load_model(f"models:/{model_id}", spec.model.type), live_data.frame()
    yield rows.join(model.monitoring_features(spec.typed(rows)))


def _target_profile(table: pd.DataFrame, spec: LifecycleSpec) -> TableProfile | None:
    if (target := spec.training_target) is None:
        return None
    return build_profile(table, spec.task.target_columns(target))


def _context_profile(table: pd.DataFrame, spec: LifecycleSpec) -> TableProfile | None:
    context, _ = context_of(table, spec.when_scored)
    further = spec.when_scored.described_context.without(spec.columns.names)
    if not further.names:
        return None
    return build_profile(context, further, personal=spec.personal_data)


def sample_rows(
    table: pd.DataFrame,
    predictions: pd.DataFrame,
    columns: Columns,
    outputs: Columns,
    *,
    personal: PersonalData = NOTHING_PERSONAL,
) -> pd.DataFrame:
    """At most 5,000 evenly spaced rows with their predictions, for display in reports.

    Typed; a text is replaced by its length, so that no report contains its words. Each `personal`
    column is sorted independently, so that no row describes a person, and personal dates are moved
    to the middle of their year. Rows without a prediction have a missing one.
    """
    sample = SpacedRows(len(table), columns)
    sample.seen(table)
    rows = typed_features(sample.rows(), columns)
    for name in columns.text:
        lengths = rows[name].str.len().astype("float64")
        rows[name] = lengths.where(lengths > 0)
    rows = personal.scatter(rows, dates=columns.date)
    shown = predictions.loc[predictions.index.isin(rows.index), outputs.names]
    return rows.join(typed_features(shown, outputs).add_prefix(OUTPUT))


class SpacedRows:
    """At most 5,000 evenly spaced rows of a table that comes in batches, with its dates typed."""

    def __init__(self, rows: int, columns: Columns) -> None:
        import numpy as np

        self._columns, self._seen, self._kept = columns, 0, list["pd.DataFrame"]()
        self._positions = np.linspace(0, rows - 1, min(rows, SAMPLE_ROWS)).astype(int)

    def seen(self, batch: pd.DataFrame) -> pd.DataFrame:
        """Keep the rows of the sample that are in the next batch, and return the batch."""
        places = self._positions - self._seen
        places = places[(places >= 0) & (places < len(batch))]
        dates = {it: to_date(batch[it]) for it in self._columns.date if it in batch}
        self._kept.append(batch.iloc[places].assign(**dates))
        self._seen += len(batch)
        return batch

    def rows(self) -> pd.DataFrame:
        """The rows kept."""
        import pandas as pd

        return pd.concat(self._kept)


class KeptReference(NamedTuple):
    """What is stored with a version about its rows: the sample is shown, not compared with.

    `calibration` is None if the task knows no estimate without labels; `days` are those of each
    profile's rows.
    """

    reference: VersionReference
    sample: pd.DataFrame
    schema: InputSchema
    calibration: Calibration | None = None
    days: DaysOfParts | None = None


def reference_of(
    model: Model, features: pd.DataFrame, holdout: Dataset, spec: LifecycleSpec
) -> KeptReference:
    """What to store with a model that was fitted on the training rows of a feature table.

    Raises `InputError` if it does not predict each row of the holdout.
    """
    predictions = predictions_of(model, holdout.features)
    further = model.monitoring_features(features[spec.columns.names])
    reference = build_version_reference(features, predictions, spec, further)
    columns = reference.data.columns, reference.predictions.columns
    table = _joined(features, further)
    sample = sample_rows(table, predictions, *columns, personal=spec.personal_data)
    schema = InputSchema.of(reference.data, spec.columns, spec.personal_data)
    days = days_of_parts(table, predictions, reference, spec)
    return KeptReference(reference, sample, schema, _calibration(holdout, predictions, spec), days)


def _joined(features: pd.DataFrame, further: pd.DataFrame) -> pd.DataFrame:
    """The features with further columns of the same rows; not copied if there are none."""
    return features.join(further) if len(further.columns) else features


def days_of_parts(
    features: pd.DataFrame,
    holdout_predictions: pd.DataFrame,
    reference: VersionReference,
    spec: LifecycleSpec,
) -> DaysOfParts:
    """The days of the rows of each profile of a reference.

    None where each day of live rows is a whole table: that is no day of the reference's rows.
    """
    if spec.live.rows == "table":
        why = "each live day is a whole table"
        return {name: ReferenceDays(why_none=why) for name, _ in reference}
    tables = {
        "data": features,
        "predictions": holdout_predictions,
        "target": features,
        "context": context_of(features, spec.when_scored)[0],
    }
    found = {}
    for name, profile in reference:
        if profile is not None:
            times = features[TIME].loc[tables[name].index] if TIME in features else None
            found[name] = reference_days(tables[name], profile.columns, profile, times)
    return found


def _calibration(
    holdout: Dataset, predictions: pd.DataFrame, spec: LifecycleSpec
) -> Calibration | None:
    if holdout.target is None:
        return None
    known = holdout.labelled()
    return spec.task.calibration(known, predictions.loc[known.features.index])


def save_version_reference(client: MlflowClient, model_id: str, kept: KeptReference) -> None:
    """Store what is kept of a version with the logged model `m-…`."""
    reference, sample, schema, calibration, days = kept
    with TemporaryDirectory() as folder:
        if days is not None:
            write_days(days, Path(folder) / DAYS)
        if calibration is not None:
            (Path(folder) / CALIBRATION).write_text(calibration.model_dump_json(indent=2))
        (Path(folder) / SCHEMA).write_text(schema.model_dump_json(indent=2))
        (Path(folder) / PROFILES).write_text(reference.model_dump_json())
        sample.to_parquet(Path(folder) / SAMPLE, engine="pyarrow", compression="zstd")
        client.log_model_artifacts(model_id, folder, FOLDER)


def load_version_reference(client: MlflowClient, model_id: str) -> VersionReference:
    """Load the reference of the logged model `m-…`. Raises `InputError` if it has none."""
    return _loaded(client.tracking_uri, model_id)


def load_days(client: MlflowClient, model_id: str) -> DaysOfParts:
    """The days of each profile's rows of the logged model `m-…`; of an older version, why none."""
    return _loaded_days(client.tracking_uri, model_id)


def load_calibration(client: MlflowClient, model_id: str) -> Calibration:
    """The calibration of the logged model `m-…`; that of an older version says why it has none."""
    return _loaded_calibration(client.tracking_uri, model_id)


def load_input_schema(client: MlflowClient, model_id: str, spec: LifecycleSpec) -> InputSchema:
    """What the logged model `m-…` expects of a row; a version of before has it in its reference.

    Raises `InputError` if it has neither.
    """
    with TemporaryDirectory() as folder:
        try:
            return InputSchema.model_validate_json(
                _download(client, model_id, SCHEMA, folder).read_bytes()
            )
        except InputError:
            profile = load_version_reference(client, model_id).data
            columns = _columns_of_then(profile.columns, spec)
            return InputSchema.of(profile, columns, spec.personal_data)


def _columns_of_then(profiled: Columns, spec: LifecycleSpec) -> Columns:
    """The profiled columns that are features; without those that defs.yaml has got since."""
    return profiled.without({*profiled.names} - {*spec.columns.names})


def load_sample(client: MlflowClient, model_id: str) -> pd.DataFrame:
    """Load the sample stored at training. Raises `InputError` if the version has none."""
    import pandas as pd

    with TemporaryDirectory() as folder:
        return pd.read_parquet(_download(client, model_id, SAMPLE, folder), engine="pyarrow")


# A reference never changes, and a month of days usually needs only one or two.
@lru_cache(maxsize=8)
def _loaded(tracking_uri: str, model_id: str) -> VersionReference:
    from mlflow import MlflowClient

    with TemporaryDirectory() as folder:
        path = _download(MlflowClient(tracking_uri), model_id, PROFILES, folder)
        return VersionReference.model_validate_json(path.read_bytes())


@lru_cache(maxsize=8)
def _loaded_days(tracking_uri: str, model_id: str) -> DaysOfParts:
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri)
    if not _has(client, model_id, DAYS):
        return {name: ReferenceDays(why_none=OLDER) for name in VersionReference.model_fields}
    with TemporaryDirectory() as folder:
        return read_days(_download(client, model_id, DAYS, folder))


@lru_cache(maxsize=8)
def _loaded_calibration(tracking_uri: str, model_id: str) -> Calibration:
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri)
    if not _has(client, model_id, CALIBRATION):
        why = "an older release trained the version and stored no calibration; retrain the model"
        return Calibration(rows=0, why_none=why)
    with TemporaryDirectory() as folder:
        path = _download(client, model_id, CALIBRATION, folder)
        return Calibration.model_validate_json(path.read_bytes())


def _has(client: MlflowClient, model_id: str, name: str) -> bool:
    files = {file.path for file in client.list_logged_model_artifacts(model_id, FOLDER)}
    return f"{FOLDER}/{name}" in files


def _download(client: MlflowClient, model_id: str, name: str, folder: str) -> Path:
    from mlflow.artifacts import download_artifacts

    if not _has(client, model_id, name):
        raise InputError(
            seen=f"the model {model_id} has no {FOLDER}/{name}: an older release made it, or "
            "another program",
            expected="a version with a reference that live days can be compared with",
            todo="retrain the model, so that a version with a reference serves",
        )
    location = client.get_logged_model(model_id).artifact_location
    found = download_artifacts(
        artifact_uri=f"{location}/{FOLDER}/{name}",
        dst_path=folder,
        tracking_uri=client.tracking_uri,
    )
    return Path(found)
