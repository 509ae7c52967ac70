"""Dagster's storage in PostgreSQL: what may be set, and what dagster.yaml then says."""

import sys

import dagster as dg
import pytest
import yaml

from mlops_assets.errors import InputError
from mlops_assets.operations.initialize import initialize
from mlops_assets.platform.dagster.home import open_instance, use_dagster_home
from mlops_assets.platform.dagster.storage import postgres_url
from mlops_assets.platform.settings import Settings

AWAY = "postgresql://me:secret@127.0.0.1:1/dagster"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_however_it_is_written_it_is_the_same_database(scheme):
    settings = Settings.from_environment({"DAGSTER_STORAGE_URL": f"{scheme}://me@host/dagster"})
    assert settings.dagster_storage_url == "postgresql+psycopg://me@host/dagster"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"DAGSTER_STORAGE_URL": "mysql://me:secret@host/dagster"}, "is not the URL of a Postgre"),
        ({"DAGSTER_STORAGE_URL": AWAY, "MLFLOW_TRACKING_URI": AWAY}, "name the same database"),
    ],
)
def test_what_dagster_cannot_use_is_refused_and_not_shown(variables, said):
    with pytest.raises(InputError, match=said) as caught:
        Settings.from_environment(variables)
    assert "secret" not in str(caught.value)


def test_dagster_yaml_names_the_variable_and_keeps_all_else(home, monkeypatch):
    use_dagster_home(Settings.from_environment())
    before = yaml.safe_load((home / "dagster" / "dagster.yaml").read_text())
    monkeypatch.delenv("DAGSTER_HOME")
    monkeypatch.setenv("DAGSTER_STORAGE_URL", AWAY)
    folder = use_dagster_home(Settings.from_environment())
    text = (folder / "dagster.yaml").read_text()
    assert "secret" not in text
    storage = {"postgres": {"postgres_url": {"env": "DAGSTER_STORAGE_URL"}}}
    assert yaml.safe_load(text) == {**before, "storage": storage}
    assert postgres_url(folder) == AWAY.replace("postgresql:", "postgresql+psycopg:")


def test_without_its_package_the_command_that_installs_it_is_told(home, monkeypatch):
    monkeypatch.setenv("DAGSTER_STORAGE_URL", AWAY)
    monkeypatch.setitem(sys.modules, "dagster_postgres", None)
    with pytest.raises(InputError, match=r"pip install dagster-postgres==\d"):
        open_instance(Settings.from_environment())


def test_a_server_that_is_away_is_told_without_its_password(home, monkeypatch):
    monkeypatch.setenv("DAGSTER_STORAGE_URL", AWAY)
    with pytest.raises(InputError, match=r"127\.0\.0\.1:1/dagster cannot be reached") as caught:
        open_instance(Settings.from_environment())
    assert "secret" not in str(caught.value)


def test_init_makes_its_tables_once(home, new_database, monkeypatch):
    monkeypatch.setenv("DAGSTER_STORAGE_URL", new_database())
    settings = Settings.from_environment()
    for outcome in ("created", "was there"):
        step = initialize(settings, [])[0]
        assert (step.what, step.outcome) == ("dagster", outcome)
        assert step.seen.startswith("postgresql+psycopg://postgres:***@/database_")
    with dg.DagsterInstance.get() as instance:
        assert type(instance.run_storage).__name__ == "PostgresRunStorage"
        # Webserver and daemon open it like this, which fails with psycopg 3.
        instance.run_storage.optimize_for_webserver(5000, 30, 5)
        assert instance.get_runs_count() == 0
    assert not (home / "dagster" / "history").exists()


@pytest.mark.parametrize(
    ("storage", "url"),
    [
        ({"postgres_url": "postgresql://me:p%40ss@host/runs"}, "me:p%40ss@host/runs"),
        ({"postgres_url": {"env": "MY_DAGSTER"}}, "me@there:5433/runs?sslmode=require"),
        (
            {"postgres_db": {"username": "me", "hostname": "host", "db_name": {"env": "MY_NAME"}}},
            "me@host:5432/runs",
        ),
    ],
)
def test_the_database_of_a_dagster_yaml_of_ones_own(tmp_path, monkeypatch, storage, url):
    monkeypatch.setenv("MY_DAGSTER", "postgres://me@there:5433/runs?sslmode=require")
    monkeypatch.setenv("MY_NAME", "runs")
    write(tmp_path, {"postgres": storage})
    assert postgres_url(tmp_path) == f"postgresql+psycopg://{url}"


def write(folder, storage) -> None:
    (folder / "dagster.yaml").write_text(yaml.safe_dump({"storage": storage}))


def test_a_dagster_yaml_without_postgresql_or_with_a_clouds_tokens_names_none(tmp_path):
    assert postgres_url(tmp_path) == ""
    login = {"username": "me", "hostname": "host", "db_name": "runs"}
    write(tmp_path, {"postgres": {"postgres_db": login, "auth_provider": {"gcp_wif": {}}}})
    assert postgres_url(tmp_path) == ""


def test_a_variable_that_a_dagster_yaml_misses_is_told(tmp_path):
    write(tmp_path, {"postgres": {"postgres_url": {"env": "NOT_SET"}}})
    with pytest.raises(InputError, match=r"dagster\.yaml: .*NOT_SET"):
        postgres_url(tmp_path)
