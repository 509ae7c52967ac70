"""The reference comes back as it was stored, from either kind of store, by the model's id."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import requests
from mlflow import MlflowClient

from mlops_assets.data.personal_data import PersonalData
from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.monitoring.input_schema import InputSchema
from mlops_assets.monitoring.version_reference import (
    KeptReference,
    build_version_reference,
    days_of_parts,
    load_days,
    load_input_schema,
    load_sample,
    load_version_reference,
    sample_rows,
    save_version_reference,
)
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.feature_table import build_feature_table, sides
from mlops_assets_tests.server import free_port, wait_until
from mlops_assets_tests.world import SMALL

OUTPUTS = Columns(numeric=["probability_1"])


def spec(**changed: Any) -> LifecycleSpec:
    return LifecycleSpec.model_validate(
        {**SMALL, "source": {"type": "csv", "path": "table.csv"}, **changed}
    )


def features(rows: int, given: LifecycleSpec) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    raw = pd.DataFrame(
        {"x": rng.normal(size=rows), "c": rng.choice(["a", "b"], rows), "y": rng.random(rows) < 0.3}
    )
    return build_feature_table(raw, given.dataset(raw), given)


def said_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Predictions as a classifier gives them, from `x` alone."""
    sure = 1 / (1 + np.exp(-rows["x"]))
    named = {"prediction": (sure > 0.5).astype(int), "probability_0": 1 - sure}
    return pd.DataFrame({**named, "probability_1": sure}, index=rows.index)


@pytest.fixture
def embedded(settings) -> MlflowClient:
    return open_store(settings)


@pytest.fixture
def served(tmp_path, empty_store, monkeypatch) -> Iterator[MlflowClient]:
    """A tracking server with artifacts of its own, which clients reach over HTTP alone."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    database, port = tmp_path / "server.db", free_port()
    database.write_bytes(empty_store.read_bytes())
    url = f"http://127.0.0.1:{port}"
    options = ["--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    options += ["--backend-store-uri", f"sqlite:///{database}"]
    options += ["--artifacts-destination", str(tmp_path / "artifacts")]
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "mlflow", "server", *options], stdout=log, stderr=log
        )
    try:
        wait_until(lambda: _answers(url), 120)
        yield MlflowClient(url, registry_uri=url)
    finally:
        server.terminate()
        server.wait(30)


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/health", timeout=5).ok
    except requests.ConnectionError:
        return False


def model(client: MlflowClient, folder: Path | None = None) -> tuple[str, str]:
    """A run and the model that it logged."""
    location = folder.as_uri() if folder else None
    experiment = client.create_experiment("small", artifact_location=location)
    run = client.create_run(experiment).info.run_id
    return run, client.create_logged_model(experiment, "small", source_run_id=run).model_id


def test_the_predictions_profiled_are_those_of_the_holdout():
    given = spec()
    table = features(600, given)
    _, holdout = sides(table)
    reference = build_version_reference(table, said_of(holdout), given)
    assert reference.data.rows == reference.target.rows == 600
    assert reference.predictions.rows == len(holdout) < 300
    assert reference.predictions.columns == OUTPUTS
    labels = reference.target.profiles["y"]
    assert labels.kind == "labels"
    assert dict(zip(labels.labels, labels.counts, strict=True)) == {
        str(label): count for label, count in table["y"].value_counts().items()
    }


def test_a_number_as_target_is_profiled_as_one():
    given = spec(
        task="regression", model={**SMALL["model"], "estimator": "sklearn.linear_model.Ridge"}
    )
    table = features(100, given)
    said = pd.DataFrame({"prediction": table["x"]})
    reference = build_version_reference(table, said, given)
    assert reference.target.columns == Columns(numeric=["y"])
    assert reference.predictions.columns == Columns(numeric=["prediction"])


@pytest.mark.parametrize("store", ["embedded", pytest.param("served", marks=pytest.mark.process)])
def test_what_is_stored_with_a_model_comes_back(store, request, tmp_path):
    client = request.getfixturevalue(store)
    run, model_id = model(client, tmp_path / "own" if store == "embedded" else None)
    given = spec()
    table = features(600, given)
    _, holdout = sides(table)
    reference = build_version_reference(table, said_of(holdout), given)
    sample = sample_rows(table, said_of(holdout), given.columns, OUTPUTS)
    schema = InputSchema.of(reference.data, given.columns, given.personal_data)
    save_version_reference(client, model_id, KeptReference(reference, sample, schema))
    client.delete_run(run)
    assert load_version_reference(client, model_id) == reference
    assert load_version_reference(client, model_id) is load_version_reference(client, model_id)
    assert load_input_schema(client, model_id, given) == schema
    pd.testing.assert_frame_equal(load_sample(client, model_id), sample)


def test_a_model_without_a_reference_says_to_retrain(embedded, tmp_path):
    _, model_id = model(embedded, tmp_path)
    for load in (load_version_reference, load_sample):
        with pytest.raises(InputError, match="retrain the model"):
            load(embedded, model_id)


def test_a_sample_is_bounded_typed_and_without_words_or_names():
    rows = 20_000
    raw = pd.DataFrame(
        {
            "id": range(rows),
            "x": np.arange(rows, dtype="float64"),
            "flag": ["yes", "no"] * (rows // 2),
            "note": ["", "four"] * (rows // 2),
        }
    )
    columns = Columns(numeric=["x"], boolean=["flag"], text=["note"])
    said = said_of(raw.assign(x=0.0)).iloc[: rows // 2]
    sample = sample_rows(raw, said, columns, OUTPUTS)
    assert len(sample) == 5_000
    assert list(sample) == ["x", "flag", "note", "output: probability_1"]
    assert sample["x"].iloc[[0, -1]].tolist() == [0.0, rows - 1]
    assert sample["flag"].isin([0.0, 1.0]).all()
    assert set(sample["note"].dropna()) == {4.0}
    assert sample["output: probability_1"].notna().mean() == pytest.approx(0.5, abs=0.001)


def test_a_personal_column_of_a_sample_has_its_years_but_no_days_and_no_rows():
    born = pd.to_datetime(["1990-05-05", None, "1970-01-02", "1980-03-04"])
    raw = pd.DataFrame({"born": born, "x": [1.0, 2.0, 3.0, 4.0]})
    columns = Columns(date=["born"], numeric=["x"])
    sample = sample_rows(raw, said_of(raw), columns, OUTPUTS, personal=PersonalData(("born", "id")))
    years = pd.to_datetime(["1970-07-01", "1980-07-01", "1990-07-01"])
    assert sample["born"].tolist() == [*years, pd.NaT]
    as_it_is = sample_rows(raw, said_of(raw), columns, OUTPUTS)
    assert as_it_is["born"].tolist() == born.tolist()
    assert sample["x"].tolist() == [1.0, 2.0, 3.0, 4.0]


def test_the_days_of_a_reference_come_back_and_an_older_version_says_that_it_has_none(
    embedded, tmp_path
):
    given = spec(timestamp="t", split={"by": "identity"})
    rows = 3_000
    rng = np.random.default_rng(0)
    raw = pd.DataFrame({"x": rng.normal(size=rows), "c": "a", "y": rng.random(rows) < 0.3})
    raw["t"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(rows) // 50, unit="D")
    table = build_feature_table(raw, given.dataset(raw), given)
    _, holdout = sides(table)
    reference = build_version_reference(table, said_of(holdout), given)
    days = days_of_parts(table, said_of(holdout), reference, given)
    sample = sample_rows(table, said_of(holdout), given.columns, OUTPUTS)
    schema = InputSchema.of(reference.data, given.columns, given.personal_data)
    run, model_id = model(embedded, tmp_path)
    kept = KeptReference(reference, sample, schema, days=days)
    save_version_reference(embedded, model_id, kept)
    found = load_days(embedded, model_id)
    assert {name: it.in_words(0.1) for name, it in found.items()} == {
        "data": "60 reference days",
        "predictions": days["predictions"].in_words(0.1),
        "target": "60 reference days",
    }
    assert found["predictions"].unit > 1
    experiment = embedded.get_run(run).info.experiment_id
    older = embedded.create_logged_model(experiment, "older", source_run_id=run).model_id
    save_version_reference(embedded, older, KeptReference(reference, sample, schema))
    assert "an older release trained the version" in load_days(embedded, older)["data"].why_none


@pytest.mark.parametrize(
    ("live", "why"),
    [("day", "the training rows have no `timestamp`"), ("table", "each live day is a whole table")],
)
def test_rows_without_a_time_or_of_a_whole_table_are_taken_as_independent(live, why):
    given = spec(live={"rows": live})
    table = features(600, given)
    said = said_of(sides(table)[1])
    days = days_of_parts(table, said, build_version_reference(table, said, given), given)
    assert {it.why_none for it in days.values()} == {why}
