"""No name, number, id or address of a citizen is in anything but the data and its marked copy."""

import re
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from mlops_assets.data.sources.sql import SqlSource
from mlops_assets_tests.golden_record.conftest import DEFAULT, Lived

pytestmark = pytest.mark.process

TABLES = {
    "citizens": ["citizen_id", "jan_aadhaar", "full_name", "mobile", "address"],
    "citizens_truth": ["person", "true_full_name"],
}
DATA = {"lake", "warehouse.db"}
"""The rows themselves, which assets hand to each other."""
MARKED = "frequencies"


@pytest.fixture(scope="module")
def secrets(lived) -> set[tuple[str, ...]]:
    """Every value of the tables that says who somebody is, in words."""
    read = {name: SqlSource(table=name).read(lived.checkout.settings) for name in TABLES}
    columns = [read[table][name] for table, names in TABLES.items() for name in names]
    values = {str(value) for column in columns for value in column.dropna()}
    found = {words(value) for value in values} | births(read["citizens"]["date_of_birth"])
    return {it for it in found if len(it) > 1 or len(it[0]) >= 10} - {(DEFAULT,)}


def births(dates: pd.Series) -> set[tuple[str, ...]]:
    """Days on which somebody was born, as year, month and day.

    Without those that stand for a whole year, and the latest, on which other things happened.
    """
    known = pd.to_datetime(dates, errors="coerce").dropna()
    days = known[known.dt.year < 2000].dt.strftime("%Y-%m-%d")
    return {words(day) for day in days[~days.str.endswith(("-01-01", "-07-01"))]}


def words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z0-9]+", text.lower()))


def leaks(text: str, secrets: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """The secrets that stand in a text, whatever is between their words."""
    found, starts, lengths = words(text), {it[0] for it in secrets}, {len(it) for it in secrets}
    places = [place for place, word in enumerate(found) if word in starts]
    return {found[at : at + length] for at in places for length in lengths} & secrets


def files(lived: Lived) -> Iterator[tuple[Path, str]]:
    """Every file of the home folder but the data: runs, models, both databases, logs."""
    home = lived.checkout.settings.home
    for path in sorted(it for it in home.rglob("*") if it.is_file()):
        if path.relative_to(home).parts[0] not in DATA:
            yield path.relative_to(home), as_text(path)


def as_text(path: Path) -> str:
    if path.suffix == ".parquet":
        return pd.read_parquet(path, engine="pyarrow").to_csv()
    if path.read_bytes().startswith(b"SQLite format 3"):
        with sqlite3.connect(path) as connection:
            return "\n".join(connection.iterdump())
    return path.read_bytes().decode("latin-1")


def test_they_are_only_in_the_marked_folder(lived, secrets):
    assert len(secrets) > 5_000
    found = {path: leaks(text, secrets) for path, text in files(lived)}
    kinds = {path.suffix for path in found}
    assert {".html", ".png", ".json", ".csv", ".parquet", ".db"} <= kinds
    holding = {path: some for path, some in found.items() if some}
    assert {path.parent.name for path in holding} == {MARKED}, holding
    assert {path.stem for path in holding} >= {"full_name"}


def test_that_folder_is_marked_and_its_owner_alone_can_read_it(lived):
    (model,) = lived.client.search_logged_models([lived.runs()[0].info.experiment_id])
    assert "personal_data" in model.tags
    (folder,) = lived.checkout.settings.home.rglob(MARKED)
    assert {stat.S_IMODE(it.stat().st_mode) for it in folder.iterdir()} == {0o600}
    assert "personal data" in (folder.parent / "README.md").read_text().lower()


@pytest.mark.parametrize("text", ['{"name": "Asha  DEVI"}', "|asha|devi|", "x 9829000111,"])
def test_the_search_would_find_one(text):
    assert leaks(text, {("asha", "devi"), ("9829000111",)})
