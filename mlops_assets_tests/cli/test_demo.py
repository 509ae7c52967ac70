"""`mlops-assets demo`, as a person runs it: twice."""

import getpass
import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import dagster as dg
import pytest

from mlops_assets.data.prediction_log.entry import Torn
from mlops_assets.data.prediction_log.reading import bounds_of, entries_between
from mlops_assets.monitoring.performance.record import PerformanceReport
from mlops_assets.platform.lake import read_newest
from mlops_assets.retraining.day_records import read_day
from mlops_assets_tests.checkout import make_checkout
from mlops_assets_tests.forked import run_code

pytestmark = pytest.mark.process

LINE = re.compile(r"^(\d{4}-\d\d-\d\d)  (\d+) +(\w+) +(.*?) +(ok|dropped|unknown) +(.*)$", re.M)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    return make_checkout(tmp_path_factory.mktemp("demo"), models=("heart_disease",))


@pytest.fixture(scope="module")
def played(checkout) -> str:
    done = checkout.run("demo")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def day_of(played: str, number: int) -> date:
    """A day that was played, from 1."""
    return date.fromisoformat(LINE.findall(played)[0][0]) + timedelta(days=number - 1)


def test_the_days_end_yesterday_and_every_partition_of_them_is_there(checkout, played):
    newest = datetime.now(UTC).date() - timedelta(days=1)
    assert day_of(played, 10) in (newest, newest - timedelta(days=1))  # midnight may have passed
    keys = [str(day_of(played, number)) for number in range(1, 11)]
    code = (
        "from mlops_assets.definitions import defs; "
        "job = defs().resolve_job_def('heart_disease_monitor'); "
        "print(*job.partitions_def.get_partition_keys()[:10])"
    )
    done = run_code(code, [], folder=checkout.folder, environment=checkout.environment)
    assert done.stdout.split() == keys
    with dg.DagsterInstance.from_config(str(checkout.settings.dagster_home)) as instance:
        drift_report = dg.AssetKey(["heart_disease", "drift_report"])
        assert instance.get_materialized_partitions(drift_report) == {*keys}


def test_it_says_at_once_what_it_does_and_in_the_end_where_the_ticks_are(played):
    assert played.startswith("Playing ten days of heart_disease")
    assert "Dagster's page of it lists none" in played


def test_ten_days_are_told_as_a_timeline(played):
    days = LINE.findall(played)
    assert [day for day, *_ in days] == [str(day_of(played, number)) for number in range(1, 11)]
    assert [verdict for _, _, verdict, *_ in days] == ["clean"] * 4 + ["drift"] * 2 + ["clean"] * 4
    assert [version for _, version, *_ in days] == ["1"] * 6 + ["2"] * 4


def test_the_sensor_fires_once_and_says_in_words_why_not(played):
    fifth, sixth = day_of(played, 5), day_of(played, 6)
    assert played.count(f"RETRAIN: drift on {fifth}, {sixth}") == 1
    assert played.count("RETRAIN") == played.count("retrained: version 1 → 2") == 1
    says = [said for *_, said in LINE.findall(played)]
    assert says[0].startswith(f"cooling down until {day_of(played, 3)}")
    assert says[4] == "suspect 1 of 2"
    assert says[-1] == f"clean on {day_of(played, 10)}"


def asked_on(checkout, day: date) -> list:
    """The rows of the prediction log of a day."""
    begin, end = bounds_of(day, "UTC")
    return [*entries_between(checkout.settings, "heart_disease", begin, end, Torn())]


def test_the_days_of_drift_are_requests_to_the_api(checkout, played):
    asked = [asked_on(checkout, day_of(played, number)) for number in range(1, 11)]
    assert [len(rows) for rows in asked] == [0] * 4 + [1_000] * 2 + [0] * 4
    rows = [*asked[4], *asked[5]]
    assert Counter(it.version for it in rows) == {"registry-1": 2_000}
    assert len({it.request for it in rows}) == len({it.identity for it in rows}) == 2_000
    assert not any("patient_id" in it.row | it.context for it in rows)
    assert played.count("asked over HTTP: 1,000 requests") == 2


def test_what_was_asked_is_what_drifts_and_the_labels_come_over_the_api(
    checkout, played, monkeypatch
):
    drifted = [day_of(played, number) for number in (5, 6)]
    with dg.DagsterInstance.from_config(str(checkout.settings.dagster_home)) as instance:
        days = [read_day(instance, "heart_disease", day_of(played, it)) for it in range(1, 11)]
    assert [day.live.rows for day in days if day.live] == [2500] * 4 + [1000] * 2 + [2500] * 4
    monkeypatch.setenv("MLOPS_ASSETS_HOME", checkout.environment["MLOPS_ASSETS_HOME"])
    reports = [performance(day) for day in drifted]
    assert [it.labelled_rows for it in reports] == [1_000, 1_000]
    assert [it.latency.requests for it in reports if it.latency] == [1_000, 1_000]


def performance(day: date) -> PerformanceReport:
    """The report of a day."""
    return read_newest(["heart_disease", "performance_report", str(day)], PerformanceReport)


def test_the_api_follows_the_promotion(played):
    after = played.partition("retrained: version 1 → 2 in production\n")[2]
    assert after.lstrip().startswith("the API answers with registry-2\n")


def test_every_run_says_who_started_it(checkout, played):
    with dg.DagsterInstance.from_config(str(checkout.settings.dagster_home)) as instance:
        assert {run.tags["user"] for run in instance.get_runs()} == {getpass.getuser()}


def test_again_at_once_nothing_is_played_or_registered(checkout, played):
    others = {"SERVING_API_KEY": "shop:0123456789abcdef", "SERVING_RATE": "1"}  # not for the demo
    done = checkout.run("demo", "--json", **others)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "heart-disease-model 2, production (nothing changed" in done.stderr
    assert done.stderr.count("(played before)") == 9
    assert LINE.findall(done.stderr)[-1][-1] == f"clean on {day_of(played, 10)}"
    assert "RETRAIN" not in done.stderr
    assert done.stderr.count("asked over HTTP: 1,000 requests") == 2
    said = json.loads(done.stdout)
    assert [it["requests"] for it in said["days"]] == [0] * 4 + [1_000] * 2 + [0] * 4
    assert said["asked"]["answer"]["model_version"] == "registry-2"


def state(checkout) -> set[tuple[str, int]]:
    """Every file of the state with its size, but for what SQLite keeps beside a database."""
    files = (path for path in checkout.settings.home.rglob("*") if path.is_file())
    beside = ("-wal", "-shm", ".lock", "dagster.yaml")
    return {(str(path), path.stat().st_size) for path in files if not path.name.endswith(beside)}


def test_a_drill_answers_from_the_version_that_serves_and_touches_nothing(checkout, played):
    before = state(checkout)
    done = checkout.run("drill", "heart_disease", "--column", "chol", "--shift", "0.5", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["rows"] == 2500
    assert said["detection_rate"] == 1.0
    assert said["days_to_retrain"] == 2
    assert 0.05 < said["smallest_shift"] < 0.5
    assert state(checkout) == before
    words = checkout.run("drill", "heart_disease", "--column", "cp", "--shift", "0.3").stdout
    assert "shift            cp by 0.3 of the rows" in words
    assert "days             simulated, as if rows were independent" in words


def test_a_drill_of_an_unknown_column_names_the_nearest(checkout, played):
    done = checkout.run("drill", "heart_disease", "--column", "cholesterol")
    assert done.returncode == 2
    assert "'cholesterol'" in done.stderr
    assert "'chol'" in done.stderr


def test_there_is_nothing_to_acknowledge_while_no_retrain_has_failed(checkout, played):
    done = checkout.run("acknowledge", "heart_disease")
    assert done.returncode == 2
    assert "no retrain of heart_disease" in done.stderr


def test_the_api_answers_at_the_end_with_the_version_in_production(played):
    answer = json.loads(played.partition("POST /predict ")[2].splitlines()[1])
    assert answer["model_version"] == "registry-2"
    assert answer["risk_level"] in ("Low", "Medium", "High")
