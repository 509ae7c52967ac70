"""Small tables as people have them on their first day, one of each kind."""

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_wine

ROWS = 400


def customers(rows: int = ROWS) -> pd.DataFrame:
    """Customers, some of whom churn; nothing about them decides it alone."""
    draw = np.random.default_rng(1)
    age, visits = draw.integers(18, 90, rows), draw.poisson(3, rows)
    churned = draw.random(rows) < 1 / (1 + np.exp((visits - 3) + (age - 50) / 15))
    return pd.DataFrame(
        {
            "age": age,
            "visits": visits,
            "balance": draw.normal(1_000, 300, rows).round(2),
            "country": draw.choice(["DE", "FR", "AT"], rows),
            "churned": np.where(churned, "yes", "no"),
        }
    )


def taxis(rows: int = ROWS) -> pd.DataFrame:
    """Rides whose `total` is nearly the fare, the tip and the tolls: there is a surcharge too."""
    draw = np.random.default_rng(2)
    distance = draw.gamma(2, 2, rows)
    fare = (3 + 2.5 * distance + draw.normal(0, 3, rows)).clip(3).round(2)
    tip = (fare * draw.choice([0, 0.1, 0.2, 0.3], rows)).round(2)
    tolls = draw.choice([0, 0, 0, 6.12], rows)
    surcharge = draw.choice([0.3, 0.8, 1.3], rows)
    table = {"distance": distance.round(2), "passengers": draw.integers(1, 5, rows), "fare": fare}
    return pd.DataFrame(
        {**table, "tip": tip, "tolls": tolls, "total": fare + tip + tolls + surcharge}
    )


def visits(days: int = 60) -> pd.DataFrame:
    """Eight visits a day, the oldest first; the newest are of the last of January 2026."""
    draw = np.random.default_rng(3)
    rows = 8 * days
    at = pd.Timestamp("2026-01-31 23:00") - pd.to_timedelta(3 * np.arange(rows)[::-1], "h")
    load = draw.normal(size=rows)
    minutes = (20 + 10 * load + 3 * (at.hour > 12) + draw.normal(0, 3, rows)).round(1)
    return pd.DataFrame({"seen_at": at, "load": load.round(3), "hour": at.hour, "minutes": minutes})


def reviews(rows: int = ROWS) -> pd.DataFrame:
    """Texts, some words of which tell whether the review is good."""
    draw = np.random.default_rng(4)
    good = draw.random(rows) < 0.5
    words = np.array(["the", "box", "came", "late", "on", "monday", "was", "left", "outside"])
    told = {True: ["great", "lovely", "fine"], False: ["broken", "awful", "poor"]}

    def text(is_good: bool) -> str:
        says = is_good if draw.random() < 0.85 else not is_good
        return " ".join([*draw.choice(words, 8), draw.choice(told[bool(says)])])

    texts = [text(it) for it in good]
    return pd.DataFrame({"review": texts, "stars": draw.integers(1, 6, rows), "good": good})


def wide(rows: int = 300, columns: int = 120) -> pd.DataFrame:
    """More columns than one can look at; five of them matter."""
    draw = np.random.default_rng(5)
    values = draw.normal(size=(rows, columns)).round(3)
    y = values[:, :5].sum(axis=1) + draw.normal(0, 1, rows)
    return pd.DataFrame(values, columns=[f"s{n}" for n in range(columns)]).assign(y=y.round(3))


def numbered(rows: int = ROWS) -> pd.DataFrame:
    """Rows numbered in three columns, and sorted by the target, so that a number gives it away."""
    table = customers(rows).sort_values("churned").reset_index(drop=True)
    parts = [*range(rows // 2), *range(rows - rows // 2)]
    return table.assign(row_id=range(rows), index=parts)


def write_all(folder: Path) -> None:
    """Write a file of each kind."""
    customers().to_csv(folder / "semicolons.csv", index=False, sep=";", decimal=",")
    customers().replace("AT", "Österreich").to_csv(
        folder / "latin1.csv", index=False, encoding="latin-1"
    )
    customers().to_csv(folder / "no_header.csv", index=False, header=False)
    visits().to_csv(folder / "timestamped.csv", index=False)
    wide().to_csv(folder / "wide.csv", index=False)
    reviews().to_csv(folder / "text.csv", index=False)
    load_wine(as_frame=True).frame.to_csv(folder / "multiclass.csv", index=False)
    visits().drop(columns="seen_at").to_csv(folder / "regression.csv", index=False)
    taxis().to_csv(folder / "leaky.csv", index=False)
    numbered().to_csv(folder / "row_numbers.csv")
    customers(80).to_csv(folder / "tiny.csv", index=False)
