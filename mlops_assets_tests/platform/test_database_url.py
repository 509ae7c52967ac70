"""A database URL that cannot be used is named by its setting, whatever command is run."""

import importlib.util
import sys

import pytest

from mlops_assets.cli import main
from mlops_assets.errors import InputError
from mlops_assets.platform.mlflow.store import require_answer
from mlops_assets.platform.settings import Settings

SETTINGS = ("MLFLOW_TRACKING_URI", "WAREHOUSE_URL", "LEDGER_URL")
COMMANDS = ("models", "doctor", "init", "versions churn", "history churn", "monitor churn", "adopt")


def refusal(**environment: str) -> InputError:
    with pytest.raises(InputError) as refused:
        Settings.from_environment(environment)
    return refused.value


@pytest.mark.parametrize("variable", SETTINGS)
@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("sqlite", "is not a database URL"),
        ("sqlite:ledger.db", "is not a database URL"),
        ("sqlite:/ledger.db", "is not a database URL"),
        ("postgresql://me:secret@host:port/db", "is not a database URL"),
        ("sqlite+nosuch:///ledger.db", "begins with sqlite+nosuch://, which no installed package"),
        ("nosuch://me:secret@host/db", "begins with nosuch://, which "),
    ],
)
def test_a_url_of_no_known_form_is_named_by_its_setting(variable, url, seen):
    told = refusal(**{variable: url})
    assert told.seen.startswith(f"{variable} {seen}")
    assert "sqlite:////path/file.db" in told.expected
    assert "secret" not in str(told)


@pytest.mark.skipif(bool(importlib.util.find_spec("MySQLdb")), reason="the driver is installed")
@pytest.mark.parametrize("variable", ["MLFLOW_TRACKING_URI", "WAREHOUSE_URL"])
def test_a_missing_driver_is_named(variable):
    told = refusal(**{variable: "mysql://me:secret@host/db"})
    assert told.seen == f"{variable} begins with mysql://, whose driver MySQLdb is missing"
    assert "install the package that has MySQLdb" in told.todo
    assert "secret" not in str(told)


def test_the_ledger_is_sqlite_or_postgresql():
    assert refusal(LEDGER_URL="mysql://host/db").seen.startswith("LEDGER_URL begins with mysql://")


@pytest.mark.parametrize(
    ("variable", "url"),
    [
        ("MLFLOW_TRACKING_URI", "https://mlflow.example/path"),
        ("MLFLOW_TRACKING_URI", "databricks://profile"),
        ("MLFLOW_TRACKING_URI", "sqlite:////srv/a%3Fb.db"),
        ("WAREHOUSE_URL", "postgresql://me@host/db"),
        ("WAREHOUSE_URL", "sqlite://"),
        ("LEDGER_URL", "postgres://me@host/db"),
    ],
)
def test_what_can_be_used_is_taken(variable, url):
    Settings.from_environment({variable: url})


@pytest.mark.parametrize("arguments", COMMANDS)
@pytest.mark.parametrize("variable", SETTINGS)
def test_each_command_says_so_in_one_line(home, monkeypatch, capsys, variable, arguments):
    monkeypatch.setenv(variable, "sqlite:nosuch.db")
    monkeypatch.setattr(sys, "argv", ["mlops-assets", *arguments.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said.startswith(f"Error: {variable} is not a database URL")
    assert said.count("\n") == 1


@pytest.mark.parametrize("driver", ["psycopg", "psycopg2"])
def test_a_database_that_is_away_is_named_whatever_the_driver(driver):
    with pytest.raises(InputError, match="does not answer"):
        require_answer(f"postgresql+{driver}://me@127.0.0.1:1/mlflow")
