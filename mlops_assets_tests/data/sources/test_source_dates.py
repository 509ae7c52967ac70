"""Dates as a source writes them, and the local day of its rows."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest
import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError

from mlops_assets.data.labels import read_labels
from mlops_assets.data.sources.registry import Source
from mlops_assets.data.training_window import newest, seen_through, time_range
from mlops_assets.errors import InputError
from mlops_assets_tests.databases import DATABASES

BERLIN = "Europe/Berlin"
FEBRUARY = [f"{day:02}/02/2026" for day in range(1, 29)]
WRITTEN = ["28/01/2026", *FEBRUARY]


def source(**given) -> Source:
    return TypeAdapter(Source).validate_python(given)


def csv(settings, name: str, values: list, **given) -> Source:
    table = pd.DataFrame({"id": range(len(values)), "at": values})
    table.to_csv(settings.project_root / name, index=False)
    return source(type="csv", path=name, **given)


def test_a_window_keeps_the_days_of_a_day_first_column(settings):
    rows = newest(csv(settings, "t.csv", WRITTEN).read(settings), "at", "30d")
    assert len(rows) == 28
    assert seen_through(rows, "at", "UTC", date(2026, 3, 9)) == date(2026, 2, 28)


def test_a_day_of_a_day_first_column_is_that_day(settings):
    table = csv(settings, "t.csv", WRITTEN)
    for day in (date(2026, 2, 3), date(2026, 2, 28)):
        assert table.read_day(settings, day, "at")["at"].tolist() == [pd.Timestamp(day)]
    assert table.read_day(settings, date(2026, 3, 2), "at").empty
    assert len(table.read_through(settings, date(2026, 2, 3), "at")) == 4
    assert len(read_labels(table, settings, date(2026, 2, 3), "at")) == 1


def test_a_column_that_does_not_decide_is_no_day_until_its_format_is_given(settings):
    with pytest.raises(InputError, match="could be %d/%m/%Y or %m/%d/%Y: all 12 values"):
        csv(settings, "t.csv", FEBRUARY[:12]).read_day(settings, date(2026, 2, 3), "at")
    table = csv(settings, "t.csv", FEBRUARY[:12], date_format={"at": "%d/%m/%Y"})
    assert table.read_day(settings, date(2026, 2, 3), "at")["id"].tolist() == [2]
    assert table.read(settings)["at"].max() == pd.Timestamp("2026-02-12")


def test_a_file_of_one_day_is_read_in_the_format_of_its_source(settings):
    csv(settings, "2026-02-03.csv", ["03/02/2026"])
    days = source(type="csv", path="{day}.csv", date_format={"at": "%d/%m/%Y"})
    assert days.read_day(settings, date(2026, 2, 3), None)["at"].dt.month.tolist() == [2]


def test_dates_that_do_not_fit_are_counted_and_not_shown(settings):
    table = csv(settings, "t.csv", ["1980-05-06", "28/01/2026"], date_format={"at": "%d/%m/%Y"})
    with pytest.raises(InputError, match=r"'at' has 1 of 2 values.*t.csv.*%d/%m/%Y") as refused:
        table.read(settings)
    assert "1980" not in str(refused.value)


def test_numbers_keep_the_zeros_that_their_format_needs(settings):
    table = csv(settings, "t.csv", ["03022026", "28012026"], date_format={"at": "%d%m%Y"})
    assert table.read(settings)["at"].dt.month.tolist() == [2, 1]


@pytest.mark.parametrize("given", ["%H:%M", "dd/mm/yyyy", "%d/%m", "%Q", "%Y-%d-%d"])
def test_a_format_without_a_year_is_none(given):
    with pytest.raises(ValidationError, match="the date format"):
        source(type="csv", path="t.csv", date_format={"at": given})


def test_a_format_of_no_column_is_named(settings):
    table = csv(settings, "t.csv", WRITTEN, date_format={"att": "%d/%m/%Y"})
    with pytest.raises(InputError, match=r"no column 'att'.*nearest name is 'at'"):
        table.read(settings)


NEVER = [date(2026, 1, 31), date(9999, 12, 31)]


@pytest.mark.parametrize("kind", ["text", "typed", "objects"])
def test_days_that_mean_no_date_are_missing(settings, kind):
    place = settings.project_root
    given = {"missing_dates": ["9999-12-31", "1900-01-01"]}
    if kind == "text":
        table = csv(settings, "t.csv", NEVER, date_format={"at": "ISO8601"}, **given)
    else:
        typed = "datetime64[us]" if kind == "typed" else object
        pd.DataFrame({"at": pd.Series(NEVER, dtype=typed)}).to_parquet(place / "t.parquet")
        table = source(type="parquet", path="t.parquet", **given)
    assert table.read(settings)["at"].isna().tolist() == [False, True]
    rows = table.model_copy(update={"missing_dates": []}).read(settings)
    with pytest.raises(InputError, match=r"1 of 2 values.*9999-12-31"):
        time_range(rows, "at", "UTC")


LATE, EARLY = datetime(2026, 1, 4, 23, 30, tzinfo=UTC), datetime(2026, 1, 4, 22, 30, tzinfo=UTC)
MOMENTS = pd.DataFrame({"id": [1, 2], "at": [LATE, EARLY]})
MONDAY, SUNDAY = date(2026, 1, 5), date(2026, 1, 4)


def on_their_days(table: Source, settings) -> None:
    """The two moments are on Monday and on Sunday, wherever a row gets its day."""
    assert table.read_day(settings, MONDAY, "at", BERLIN)["id"].tolist() == [1]
    assert table.read_day(settings, SUNDAY, "at", BERLIN)["id"].tolist() == [2]
    assert table.read_through(settings, SUNDAY, "at", BERLIN)["id"].tolist() == [2]
    rows = table.read(settings)
    assert seen_through(rows, "at", BERLIN, MONDAY) == MONDAY
    assert time_range(rows, "at", BERLIN) == "2026-01-04 23:30 to 2026-01-05 00:30"


def moments_as_text() -> pd.DataFrame:
    """What the source `python` calls below."""
    return MOMENTS.assign(at=MOMENTS["at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"))


@pytest.mark.parametrize("form", ["typed", "text"])
@pytest.mark.parametrize("type_", ["csv", "parquet", "python"])
def test_moments_are_on_the_day_of_the_zone(settings, type_, form):
    place, moments = settings.project_root, MOMENTS if form == "typed" else moments_as_text()
    if type_ == "python":
        name = f"{__name__}.moments_as_text"
        settings = settings.model_copy(update={"allowed_names": (name,)})
        on_their_days(source(type="python", function=name), settings)
        return
    write = moments.to_parquet if type_ == "parquet" else moments.to_csv
    write(place / f"t.{type_}", index=False)
    given = {"date_format": {"at": "ISO8601"}} if form == "typed" else {}
    on_their_days(source(type=type_, path=f"t.{type_}", **given), settings)


@pytest.mark.parametrize("form", ["typed", "text"])
@pytest.mark.parametrize("database", DATABASES)
def test_moments_of_a_warehouse_are_on_the_day_of_the_zone(settings, database, form, request):
    url = settings.warehouse_url
    if database == "postgresql":
        url = request.getfixturevalue("postgres")
    elif form == "typed":
        pytest.skip("SQLite has no times with a time zone")
    settings.home.mkdir(exist_ok=True)
    engine = sa.create_engine(url)
    moments = MOMENTS if form == "typed" else moments_as_text()
    moments.to_sql("moments", engine, index=False, if_exists="replace")
    engine.dispose()
    table = source(type="sql", table="moments")
    on_their_days(table, settings.model_copy(update={"warehouse_url": url}))
