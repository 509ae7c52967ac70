"""Which `pg_dump` and `pg_restore` a backup uses, and what they see of a password."""

import os
import shutil
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from mlops_assets.errors import InputError
from mlops_assets.operations.backup.restoring import restore_backup
from mlops_assets.operations.backup.taking import take_backup
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.postgres import OLDER, programs, server

PASSWORD = "hunter2 $more @home"  # noqa: S105


@pytest.fixture
def with_warehouse(settings, new_database):
    """Settings with a warehouse in PostgreSQL that holds one row."""
    return holding_a_row(settings, new_database())


def holding_a_row(settings: Settings, url: str) -> Settings:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE t AS SELECT 7 AS n")
    return settings.model_copy(update={"warehouse_url": url})


def rows(url: str) -> list[tuple]:
    with psycopg.connect(url) as connection:
        return connection.execute("TABLE t").fetchall()


def elsewhere(tmp_path: Path, url: str) -> Settings:
    home = Settings.from_environment({"MLOPS_ASSETS_HOME": str(tmp_path / "there")})
    return home.model_copy(update={"warehouse_url": url})


def older_programs(monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(programs(OLDER)), prepend=os.pathsep)


def test_a_backup_names_the_package_of_a_missing_program(with_warehouse, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match=r"no pg_dump on the PATH.*postgresql-client-18"):
        take_backup(with_warehouse, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_a_backup_names_a_program_older_than_the_server(with_warehouse, tmp_path, monkeypatch):
    older_programs(monkeypatch)
    with pytest.raises(InputError, match=r"pg_dump 16\.\d+\. .*is PostgreSQL 18.*client-18"):
        take_backup(with_warehouse, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_a_backup_without_postgresql_needs_no_program(settings, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert take_backup(settings, tmp_path / "backup").dumps == ()


def test_a_restore_names_the_package_of_what_is_missing_or_too_old(
    with_warehouse, new_database, tmp_path, monkeypatch
):
    take_backup(with_warehouse, tmp_path / "backup")
    there = elsewhere(tmp_path, new_database())
    older_programs(monkeypatch)
    with pytest.raises(InputError, match=r"pg_restore 16\.\d+\. .*pg_dump 18.*client-18"):
        restore_backup(tmp_path / "backup", there)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match=r"no pg_restore on the PATH.*postgresql-client-18"):
        restore_backup(tmp_path / "backup", there)
    assert not there.home.exists()


def test_programs_newer_than_the_server_are_used(settings, postgres, tmp_path):
    with server(OLDER) as url:
        given = holding_a_row(settings, url)
        take_backup(given, tmp_path / "backup")
        there = elsewhere(tmp_path, url.replace("/postgres?", "/other?"))
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE other")
        restore_backup(tmp_path / "backup", there)
        assert rows(there.warehouse_url) == [(7,)]


@pytest.fixture
def careful(postgres):
    """Makes an empty database of a user with a password and no special right; its URL."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE careful LOGIN PASSWORD '{PASSWORD}'")
        (name,) = connection.execute("SHOW hba_file").fetchone()
        rules = Path(name).read_text()
        Path(name).write_text(f"local all careful scram-sha-256\n{rules}")
        connection.execute("SELECT pg_reload_conf()")

    def make(database: str) -> str:
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {database} OWNER careful")
        url = postgres.replace("/postgres?", f"/{database}?")
        return url.replace("postgres:@", f"careful:{quote(PASSWORD)}@")

    yield make
    Path(name).write_text(rules)


@pytest.fixture
def arguments(tmp_path, monkeypatch) -> Path:
    """A file of all arguments that `pg_dump` and `pg_restore` get."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("pg_dump", "pg_restore"):
        (folder / name).write_text(
            f'#!/bin/sh\necho {name} "$@" >> {tmp_path}/arguments\nexec {shutil.which(name)} "$@"\n'
        )
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return tmp_path / "arguments"


def test_a_password_is_on_no_command_line_and_in_no_message(settings, careful, arguments, tmp_path):
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(careful("mine").replace(quote(PASSWORD), "wrong"))
    given = holding_a_row(settings, careful("given"))
    take_backup(given, tmp_path / "backup")
    there = elsewhere(tmp_path, careful("there"))
    restore_backup(tmp_path / "backup", there)
    assert rows(there.warehouse_url) == [(7,)]
    kept = [path for path in (tmp_path / "backup").rglob("*") if path.is_file()]
    assert "pg_dump --format=custom" in arguments.read_text()
    assert not [path for path in (*kept, arguments) if b"hunter2" in path.read_bytes()]

    with psycopg.connect(given.warehouse_url) as connection:
        connection.execute("ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    with pytest.raises(InputError, match="cannot be dumped: pg_dump: error: ") as caught:
        take_backup(given, tmp_path / "another")
    assert "hunter2" not in str(caught.value)
    assert not (tmp_path / "another" / "manifest.json").exists()
