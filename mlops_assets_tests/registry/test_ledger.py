"""The ledger on real databases: SQLite and PostgreSQL."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import sqlalchemy as sa

from mlops_assets.errors import InputError
from mlops_assets.registry.ledger import DONE, Entry, Ledger
from mlops_assets.registry.ledger_store import table
from mlops_assets_tests.databases import DATABASES

CREATE = """
import sys
from mlops_assets.registry.ledger import Entry, Ledger
ledger = Ledger(sys.argv[1])
for number in range(5):
    with ledger.changing("shared") as writer:
        writer.append(Entry(model="shared", action="stage", actor=sys.argv[2], kind="done"))
"""


@pytest.fixture(params=DATABASES)
def url(request, tmp_path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'folder' / 'ledger.db'}"
    server = request.getfixturevalue("postgres")
    name = f"ledger_{uuid4().hex}"
    with sa.create_engine(
        server.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    ).connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


def entry(**values) -> Entry:
    return Entry(**{"model": "m", "action": "promote", "actor": "anna", **values})


def append(ledger: Ledger, *entries: Entry) -> list[Entry]:
    with ledger.changing(entries[0].model) as writer:
        return [writer.append(it) for it in entries]


def test_rows_come_back_as_they_were_written_newest_first(url):
    ledger = Ledger(url)
    written = append(ledger, entry(version="3", reason="why"), entry(kind=DONE, forced=True))
    assert [row.sequence for row in written] == [1, 2]
    assert ledger.history("m") == written[::-1]
    assert Ledger(url).history("m", limit=1) == written[1:]
    assert ledger.history("another") == []


def test_an_intent_without_an_end_is_unfinished(url):
    ledger = Ledger(url)
    append(ledger, entry(), entry(kind=DONE))
    assert ledger.unfinished() == []
    (row,) = append(ledger, entry(version="4"))
    append(ledger, entry(model="another", kind=DONE))
    assert ledger.unfinished() == ledger.unfinished("m") == [row]
    assert ledger.unfinished("another") == []


@pytest.mark.parametrize(
    "statement", ["UPDATE stage_ledger SET actor = 'x'", "DELETE FROM stage_ledger"]
)
def test_a_row_can_neither_be_changed_nor_removed(url, statement):
    ledger = Ledger(url)
    rows = append(ledger, entry())
    with (
        pytest.raises(sa.exc.DBAPIError, match="append-only"),
        ledger.store.engine.begin() as connection,
    ):
        connection.execute(sa.text(statement))
    assert ledger.history("m") == rows


@pytest.mark.parametrize("of_before", [False, True])
def test_sqlite_replaces_no_row_not_even_in_a_file_of_an_earlier_release(tmp_path, of_before):
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    (row,) = append(ledger, entry())
    if of_before:
        with ledger.store.engine.begin() as connection:
            connection.execute(sa.text("DROP TRIGGER stage_ledger_insert"))
        ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
        assert ledger.history("m") == [row]
    replace = sa.insert(table()).prefix_with("OR REPLACE")
    same_number = replace.values({**row.model_dump(), "actor": "mallory"})
    same_id = replace.values({**row.model_dump(), "id": 1, "sequence": 9})
    for statement in (same_number, same_id):
        with (
            pytest.raises(sa.exc.IntegrityError, match="append-only"),
            ledger.store.engine.begin() as connection,
        ):
            connection.execute(statement)
    assert ledger.history("m") == [row]
    append(ledger, entry(kind=DONE))


def test_a_number_is_given_once(url):
    ledger = Ledger(url)
    append(ledger, entry())
    row = {**entry(sequence=1).model_dump()}

    with pytest.raises(sa.exc.IntegrityError), ledger.store.engine.begin() as connection:
        connection.execute(sa.insert(table()).values(**row))


@pytest.mark.process
def test_processes_that_create_and_write_it_at_once_lose_nothing(url):
    code = [sys.executable, "-c", CREATE, url]
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda who: subprocess.run([*code, f"p{who}"], check=True), range(6)))
    assert len(done) == 6
    rows = Ledger(url).history("shared")
    assert [row.sequence for row in rows] == list(range(30, 0, -1))
    assert {row.actor for row in rows} == {f"p{who}" for who in range(6)}


def test_only_one_may_change_a_model_at_a_time(url, monkeypatch):
    monkeypatch.setattr("mlops_assets.registry.ledger_store.PATIENCE", 1)
    ledger = Ledger(url)
    with ledger.changing("m"):
        append(Ledger(url), entry(model="another"))
        with (
            pytest.raises(InputError, match="another process has been changing m"),
            Ledger(url).changing("m"),
        ):
            pass
    append(Ledger(url), entry())


def test_served_lists_what_let_another_version_serve(url):
    ledger = Ledger(url)
    append(
        ledger,
        entry(serving="1"),
        entry(serving="1", kind=DONE),
        entry(action="stage", expected="1", serving="1", kind=DONE),
        entry(expected="1", serving="2", kind=DONE),
        entry(action="archive", expected="2", serving="", kind=DONE),
    )
    assert [row.serving for row in ledger.served("m")] == ["2", "1"]


@pytest.mark.parametrize(
    "bad", ["mysql://u:secret@h/db", "no url", "sqlite://", "sqlite:///:memory:"]
)
def test_a_url_that_cannot_be_used_is_refused_without_its_password(bad):
    with pytest.raises(InputError, match="LEDGER_URL") as error:
        Ledger(bad)
    assert "secret" not in str(error.value)


def test_a_server_that_is_away_is_named_without_its_password():
    ledger = Ledger("postgresql://anna:secret@127.0.0.1:9/ledger")
    with pytest.raises(InputError, match="LEDGER_URL") as error:
        ledger.unfinished()
    assert "127.0.0.1:9" in str(error.value)
    assert "secret" not in str(error.value)
