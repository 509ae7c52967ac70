"""`mlops-assets seed-citizens`, on SQLite and on a real PostgreSQL."""

from datetime import date

import pandas as pd
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from mlops_assets.cli import app
from mlops_assets.data.sources.sql import SqlSource
from mlops_assets.errors import InputError
from mlops_assets.features.dates import to_date
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.warehouse.reading import reading
from mlops_assets.simulators.citizens import arrivals, population
from mlops_assets_tests.databases import DATABASES

ROWS, DAY = 400, date(2026, 1, 5)
CITIZENS, TRUTH = population(ROWS, seed=0)


@pytest.fixture(params=DATABASES)
def settings(request, tmp_path) -> Settings:
    variables = {"MLOPS_ASSETS_HOME": str(tmp_path / "home")}
    if request.param == "postgresql":
        variables["WAREHOUSE_URL"] = request.getfixturevalue("new_database")()
    return Settings.from_environment(variables)


@pytest.fixture
def seed(settings):
    """Runs `mlops-assets seed-citizens WORDS`; its output. Raises what it raises."""

    def run(words: str) -> str:
        environment = {"WAREHOUSE_URL": settings.warehouse_url}
        command = ["seed-citizens", *words.split()]
        return CliRunner().invoke(app, command, env=environment, catch_exceptions=False).output

    return run


def table(name: str, settings: Settings) -> pd.DataFrame:
    """The rows in the order of their ids, dates as pandas has them."""
    rows = SqlSource(table=name).read(settings).sort_values("citizen_id", ignore_index=True)
    dates = [column for column in ("date_of_birth", "registered_on") if column in rows]
    return rows.assign(**{column: to_date(rows[column]) for column in dates})


def test_both_tables_are_filled(settings, seed):
    assert "simulating 400 citizens" in seed(f"--rows {ROWS}")
    pd.testing.assert_frame_equal(table("citizens", settings), CITIZENS)
    pd.testing.assert_frame_equal(table("citizens_truth", settings), TRUTH)
    with reading(settings.warehouse_url) as connection:
        inspector = sa.inspect(connection)
        types = {it["name"]: it["type"] for it in inspector.get_columns("citizens")}
        keys = [inspector.get_pk_constraint(it) for it in ("citizens", "citizens_truth")]
        (index,) = inspector.get_indexes("citizens")
    dates = {name for name, type_ in types.items() if isinstance(type_, sa.Date)}
    assert dates == {"date_of_birth", "registered_on"}
    assert [key["constrained_columns"] for key in keys] == [["citizen_id"]] * 2
    assert index["column_names"] == ["registered_on"]


def test_what_is_there_stays_without_replace(settings, seed):
    seed(f"--rows {ROWS}")
    with pytest.raises(InputError, match=r"citizens and citizens_truth already.*--replace"):
        seed("--rows 10")
    assert len(table("citizens", settings)) == ROWS
    seed("--rows 10 --seed 1 --id-is family --replace")
    family, _ = population(10, seed=1, id_is="family")
    pd.testing.assert_frame_equal(table("citizens", settings), family)
    assert len(table("citizens_truth", settings)) == 10


def test_arrivals_are_added_to_the_population_of_their_seed(settings, seed):
    seed(f"--rows {ROWS}")
    assert f"after {ROWS} citizens" in seed(f"--arrivals 40 --day {DAY}")
    seed("--arrivals 40 --day 2026-01-06")
    new, ground_truth = arrivals(ROWS, 40, seed=0, day=DAY)
    found = SqlSource(table="citizens").read_day(settings, DAY, "registered_on")
    assert set(found["citizen_id"]) == set(new["citizen_id"])
    known = table("citizens_truth", settings)
    assert len(known) == ROWS + 80
    merged = known.merge(ground_truth, on="citizen_id")
    assert (merged["person_x"] == merged["person_y"]).all()


def test_arrivals_twice_or_without_their_population(settings, seed):
    with pytest.raises(InputError, match="run `mlops-assets seed-citizens --seed 0"):
        seed(f"--arrivals 40 --day {DAY}")
    seed(f"--rows {ROWS}")
    with pytest.raises(InputError, match="no citizens of seed 0 with an id of the family"):
        seed(f"--arrivals 40 --day {DAY} --id-is family")
    seed(f"--arrivals 40 --day {DAY}")
    with pytest.raises(InputError, match=f"arrivals of {DAY} are in the warehouse already"):
        seed(f"--arrivals 50 --day {DAY}")
    assert len(table("citizens", settings)) == ROWS + 40


@pytest.mark.parametrize(
    "words", ["--arrivals 5", f"--day {DAY}", f"--arrivals 5 --day {DAY} --replace"]
)
def test_arrivals_and_day_belong_together(seed, words):
    with pytest.raises(InputError, match="--arrivals 300 --day 2026-01-05"):
        seed(words)


def test_the_command_has_an_example():
    shown = CliRunner().invoke(app, ["seed-citizens", "--help"]).output
    assert "mlops-assets seed-citizens --rows 100000" in shown.split("Example")[1]
