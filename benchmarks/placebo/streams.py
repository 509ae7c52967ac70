"""Real streams of ../shared/data, each row with its `day`, in two halves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.checkout import ROOT
from mlops_assets.features.columns import Columns

if TYPE_CHECKING:
    import pandas as pd

FOLDER = ROOT.parent / "shared" / "data"
COLUMNS = {
    "beijing_pm25": Columns(
        numeric=["DEWP", "TEMP", "PRES", "Iws", "Is", "Ir"], categorical=["cbwd"]
    ),
    "metro_traffic": Columns(
        numeric=["temp", "rain_1h", "snow_1h", "clouds_all"],
        categorical=["weather_main", "weather_description"],
    ),
    "bike_sharing_hourly": Columns(
        numeric=["temp", "atemp", "hum", "windspeed"],
        categorical=["weathersit", "workingday", "holiday"],
    ),
}


class Stream(NamedTuple):
    """One half of a stream: its rows in order, with the columns to judge."""

    name: str
    half: str
    """tuned: the first half, on which the calibration was chosen; report: the second."""
    rows: pd.DataFrame
    columns: Columns


def streams() -> Iterator[Stream]:
    """All streams by halves. Raises `FileNotFoundError` where the shared data is not there."""
    import pandas as pd

    for name, columns in COLUMNS.items():
        path: Path = FOLDER / f"{name}.csv.gz"
        table = pd.read_csv(path, keep_default_na=True)
        table = table.assign(day=_days(name, table))
        days = sorted(table["day"].unique())
        middle = days[len(days) // 2]
        yield Stream(name, "tuned", table[table["day"] < middle], columns)
        yield Stream(name, "report", table[table["day"] >= middle], columns)


def _days(name: str, table: pd.DataFrame) -> pd.Series:
    import pandas as pd

    if name == "beijing_pm25":
        return pd.to_datetime(table[["year", "month", "day"]])
    written = table["dteday"] if "dteday" in table else table["date_time"]
    return pd.to_datetime(written.str.split(" ").str[0], format="mixed").dt.normalize()
