"""One day of a source, for each way in which a source can know days."""

from datetime import date, timedelta

import pandas as pd
import pytest
import sqlalchemy as sa
from pydantic import TypeAdapter

from mlops_assets.data.sources.registry import Source
from mlops_assets.errors import InputError
from mlops_assets.platform.demo_days import choose_days
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.databases import DATABASES

MONDAY, TUESDAY = date(2026, 1, 5), date(2026, 1, 6)


def source(**given) -> Source:
    return TypeAdapter(Source).validate_python(given)


@pytest.fixture
def visits(settings) -> pd.DataFrame:
    """Two visits on Monday, the first at midnight, and one on Tuesday."""
    settings.home.mkdir(exist_ok=True)
    times = ["2026-01-05 00:00:00", "2026-01-05 23:59:59", "2026-01-06 00:00:00"]
    return pd.DataFrame({"id": [1, 2, 3], "at": pd.to_datetime(times)})


def ids(source: Source, settings: Settings, day: date = MONDAY, timestamp: str | None = "at"):
    return source.read_day(settings, day, timestamp)["id"].tolist()


def test_rows_of_a_file_are_told_apart_by_their_timestamp(settings, visits):
    visits.to_csv(settings.home / "visits.csv", index=False)
    csv = source(type="csv", path=str(settings.home / "visits.csv"))
    assert ids(csv, settings) == [1, 2]
    assert ids(csv, settings, TUESDAY) == [3]
    assert ids(csv, settings, date(2026, 1, 7)) == []
    assert csv.knows_days("at")
    assert not csv.knows_days(None)


def test_without_a_timestamp_a_file_gives_no_day_and_says_what_to_do(settings, visits):
    visits.to_parquet(settings.home / "visits.parquet")
    parquet = source(type="parquet", path=str(settings.home / "visits.parquet"))
    with pytest.raises(InputError, match=r"cannot be read by day.*write \{day\} in the path"):
        ids(parquet, settings, timestamp=None)


def test_a_path_with_day_is_a_file_for_each_day(settings, visits):
    visits.tail(1).to_csv(settings.home / "visits-2026-01-06.csv", index=False)
    csv = source(type="csv", path=str(settings.home / "visits-{day}.csv"))
    assert csv.knows_days(None)
    assert ids(csv, settings, TUESDAY, None) == [3]
    with pytest.raises(InputError, match=r"no file .*visits-2026-01-05.csv; the nearest name is"):
        ids(csv, settings, MONDAY, None)


def test_a_day_is_that_of_the_clocks_in_its_zone(settings, visits):
    visits.assign(at=visits["at"].dt.tz_localize("UTC")).to_parquet(settings.home / "v.parquet")
    parquet = source(type="parquet", path=str(settings.home / "v.parquet"))
    tokyo = parquet.read_day(settings, TUESDAY, "at", "Asia/Tokyo")
    assert tokyo["id"].tolist() == [2, 3]  # nine hours later


@pytest.fixture(params=DATABASES)
def warehouse(settings, visits, request) -> Settings:
    """The visits as a table, once with times and once with texts."""
    url = settings.warehouse_url
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres")
    engine = sa.create_engine(url)
    visits.to_sql("visits", engine, index=False, if_exists="replace")
    visits.astype({"at": str}).to_sql("texts", engine, index=False, if_exists="replace")
    engine.dispose()
    return settings.model_copy(update={"warehouse_url": url})


@pytest.mark.parametrize("table", ["visits", "texts"])
def test_a_table_is_narrowed_to_the_day(warehouse, table):
    assert ids(source(type="sql", table=table), warehouse) == [1, 2]
    assert ids(source(type="sql", table=table), warehouse, TUESDAY) == [3]


def test_a_query_may_ask_for_the_day(warehouse):
    query = "SELECT id FROM visits WHERE at >= :day AND at < :next_day AND id > :least"
    asks = source(type="sql", query=query, params={"least": 1})
    assert asks.knows_days(None)
    assert ids(asks, warehouse, timestamp=None) == [2]


def test_a_query_that_does_not_ask_is_narrowed_to_the_day(warehouse):
    assert ids(source(type="sql", query="SELECT * FROM visits"), warehouse) == [1, 2]


def visits_of(day: date | None = None, rows: int = 1) -> pd.DataFrame:
    """What the source `python` calls below."""
    return pd.DataFrame({"id": [day.day if day else 0] * rows})


def test_a_function_is_asked_for_the_day(settings):
    allowed = settings.model_copy(update={"allowed_names": (f"{__name__}.visits_of",)})
    python = source(type="python", function=f"{__name__}.visits_of", arguments={"rows": 2})
    assert ids(python, allowed, timestamp=None) == [5, 5]
    assert python.read(allowed)["id"].tolist() == [0, 0]


CHANGING = {"shift": {"chol": 3.0}, "shift_since": TUESDAY}
WORLD = source(type="simulator", name="heart_disease", rows=200, days=2, **CHANGING)


def test_a_simulator_trains_on_the_newest_days(settings):
    table = WORLD.read(settings, until=TUESDAY)
    days = [WORLD.read_day(settings, day, None) for day in (MONDAY, TUESDAY)]
    pd.testing.assert_frame_equal(table, pd.concat(days, ignore_index=True))


def test_a_simulated_world_changes_on_its_day(settings):
    before, after = (WORLD.read_day(settings, day, None)["chol"] for day in (MONDAY, TUESDAY))
    assert after.mean() - before.mean() > 100


def test_the_world_of_the_demo_changes_on_its_fifth_day_once_it_was_played(settings):
    world = WORLD.model_copy(update={"shift_since": "demo"})
    days = [TUESDAY - timedelta(days=1), TUESDAY]
    never = [world.read_day(settings, day, None)["chol"].mean() for day in days]
    assert abs(never[1] - never[0]) < 20
    demo = choose_days(settings, TUESDAY + timedelta(days=5))
    assert demo.played[4] == TUESDAY
    before, after = (world.read_day(settings, day, None)["chol"].mean() for day in days)
    assert before == never[0]
    assert after - before > 100


def test_the_whole_table_as_it_was_at_the_end_of_a_day(settings, visits, tmp_path):
    visits.to_parquet(tmp_path / "visits.parquet")
    table = source(type="parquet", path=str(tmp_path / "visits.parquet"))
    assert table.read_through(settings, MONDAY, "at")["id"].tolist() == [1, 2]
    assert table.read_through(settings, TUESDAY, "at")["id"].tolist() == [1, 2, 3]
    assert table.read_through(settings, MONDAY, None)["id"].tolist() == [1, 2, 3]


def test_a_row_without_a_time_was_always_there(settings):
    undated = pd.DataFrame({"id": [1, 2], "at": [None, str(TUESDAY)]})
    undated.to_csv(settings.project_root / "undated.csv", index=False)
    table = source(type="csv", path="undated.csv")
    assert table.read_through(settings, MONDAY, "at")["id"].tolist() == [1]
