"""Rows of the log among the training rows: in the types that these have."""

import json
from datetime import date

import pandas as pd
import pytest

from mlops_assets.data.prediction_log.appending import Appender
from mlops_assets.data.prediction_log.identity_hash import identity_hash
from mlops_assets.data.prediction_log.labels import LabelLog, label_line
from mlops_assets.data.prediction_log.places import LOG, model_folder
from mlops_assets.monitoring.asked_rows import with_asked_rows
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.world import SMALL

DAY = date(2026, 3, 1)
AT = "2026-03-01T23:30:00+00:00"
SPEC = {
    **SMALL,
    "source": {"type": "csv", "path": "table.csv"},
    "timestamp": "seen",
    "columns": {"numeric": ["x"], "categorical": ["c"], "boolean": ["b"]},
    "serving": {"live": True, "learn": True},
}


@pytest.fixture
def logged(settings):
    """One labelled row, asked shortly before midnight in UTC."""
    row = {"x": 2.0, "c": "7", "b": 1.0}
    line = {"at": AT, "request": "r", "place": 0, "version": "registry-1", "row": row, "answer": {}}
    folder = model_folder(settings.home, "small") / LOG
    Appender(folder).append("2026-03-01T23.jsonl", json.dumps(line).encode() + b"\n")
    label = label_line(
        {"request_id": "r", "label": "1"}, identity_hash(settings.home, []), pd.Timestamp(AT)
    )
    LabelLog(settings.home, "small").write([label])
    return settings


TABLE = pd.DataFrame({"x": [1], "c": [3], "b": [False], "y": [0], "seen": ["2026-02-01"]})


def test_each_value_has_the_type_of_its_column(logged):
    found = with_asked_rows(TABLE, LifecycleSpec.model_validate(SPEC), logged, DAY)
    assert found["x"].tolist() == [1, 2]
    assert found["c"].tolist() == [3, 7]
    assert found["b"].tolist() == [False, True]
    assert found["y"].tolist() == [0, 1]
    assert found["seen"].tolist() == [pd.Timestamp("2026-02-01"), pd.Timestamp("2026-03-01 23:30")]


def test_a_label_that_no_number_is_stays_text(logged):
    table = TABLE.assign(c=["word"])
    found = with_asked_rows(table, LifecycleSpec.model_validate(SPEC), logged, DAY)
    assert found["c"].tolist() == ["word", "7"]


def test_the_day_is_that_of_the_schedule(logged):
    berlin = LifecycleSpec.model_validate({**SPEC, "schedule": {"timezone": "Europe/Berlin"}})
    assert len(with_asked_rows(TABLE, berlin, logged, DAY)) == 1
    found = with_asked_rows(TABLE, berlin, logged, date(2026, 3, 2))
    assert found["seen"].iloc[-1] == pd.Timestamp("2026-03-02 00:30")


def test_without_a_log_nothing_is_added(settings):
    spec = LifecycleSpec.model_validate(SPEC)
    assert with_asked_rows(TABLE, spec, settings, DAY) is TABLE
