"""`mlops-assets demo`, as a person runs it: twice."""

import getpass
import json
import re

import dagster as dg
import pytest

from mlops_assets_tests.checkout import make_checkout

pytestmark = pytest.mark.process

LINE = re.compile(r"^(2026-01-\d\d)  (\d+) +(\w+) +(.*?) +(ok|dropped|unknown) +(.*)$", re.M)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    return make_checkout(tmp_path_factory.mktemp("demo"), models=("heart_disease",))


@pytest.fixture(scope="module")
def played(checkout) -> str:
    done = checkout.run("demo")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_ten_days_are_told_as_a_timeline(played):
    days = LINE.findall(played)
    assert [day for day, *_ in days] == [f"2026-01-{number:02}" for number in range(6, 16)]
    assert [verdict for _, _, verdict, *_ in days] == ["clean"] * 4 + ["drift"] * 2 + ["clean"] * 4
    assert [version for _, version, *_ in days] == ["1"] * 6 + ["2"] * 4


def test_the_sensor_fires_once_and_says_in_words_why_not(played):
    assert played.count("RETRAIN: drift on 2026-01-10, 2026-01-11") == 1
    assert played.count("RETRAIN") == played.count("retrained: version 1 → 2") == 1
    says = [said for *_, said in LINE.findall(played)]
    assert says[0].startswith("cooling down until 2026-01-08")
    assert says[4] == "suspect 1 of 2"
    assert says[-1] == "clean on 2026-01-15"


def test_every_run_says_who_started_it(checkout, played):
    with dg.DagsterInstance.from_config(str(checkout.settings.dagster_home)) as instance:
        assert {run.tags["user"] for run in instance.get_runs()} == {getpass.getuser()}


def test_again_at_once_nothing_is_played_or_registered(checkout, played):
    done = checkout.run("demo")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "heart-disease-model 2, production (nothing changed" in done.stdout
    assert done.stdout.count("(played before)") == 9
    assert LINE.findall(done.stdout)[-1][-1] == "clean on 2026-01-15"
    assert "RETRAIN" not in done.stdout


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


def test_a_drill_of_an_unknown_column_names_the_nearest(checkout, played):
    done = checkout.run("drill", "heart_disease", "--column", "cholesterol")
    assert done.returncode == 2
    assert "'cholesterol'" in done.stderr
    assert "'chol'" in done.stderr


def test_there_is_nothing_to_acknowledge_while_no_retrain_has_failed(checkout, played):
    done = checkout.run("acknowledge", "heart_disease")
    assert done.returncode == 2
    assert "no retrain of heart_disease" in done.stderr
