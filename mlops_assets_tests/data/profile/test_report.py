"""Evidently's report renders for tables that would break it, in a process of its own."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from mlops_assets.data.profile.report import evidently_report
from mlops_assets.features.columns import Columns

COLUMNS = Columns(
    numeric=["number", "empty", "infinite", "words"],
    categorical=["label", "nothing"],
    boolean=["flag"],
    date=["day", "no_day"],
    text=["note"],
)


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "number": rng.normal(size=60),
            "empty": np.nan,
            "infinite": [np.inf, *rng.normal(size=59)],
            "words": "no number",
            "label": rng.choice(["a", "b", None], 60),
            "nothing": None,
            "flag": rng.choice([True, False], 60),
            "day": pd.date_range("2026-01-01", periods=60, tz="UTC"),
            "no_day": pd.NaT,
            "note": "some text",
            "target": rng.integers(0, 2, 60),
        }
    )


@pytest.mark.parametrize("rows", [60, 2, 1])
def test_awkward_columns_and_tiny_tables_render(table, rows, tmp_path):
    path = tmp_path / "profile.html"
    evidently_report(table.head(rows), COLUMNS, "target", path)
    page = path.read_text()
    assert len(page) > 1_000_000
    for name in (*COLUMNS.names, "target"):
        assert name in page


def test_a_long_table_is_sampled(table, tmp_path):
    path = tmp_path / "profile.html"
    evidently_report(table, COLUMNS, "target", path, max_rows=17)
    assert '"label": "count", "values": ["17.00"]' in path.read_text()


def test_no_name_and_no_label_gets_out_of_the_pages_data(tmp_path):
    path, attack = tmp_path / "profile.html", "</script><img src=x onerror=alert(1)><body>"
    table = pd.DataFrame({attack: [attack, "b"] * 20, "target": ["c", f"{attack}2"] * 20})
    evidently_report(table, Columns(categorical=[attack]), "target", path)
    page = path.read_text(encoding="utf-8")
    assert "<img src=x" not in page
    assert json.dumps(attack).replace("<", r"\u003c") in page
    assert page.count("<body>") == 1


def test_a_table_without_rows_has_a_page(table, tmp_path):
    path = tmp_path / "profile.html"
    evidently_report(table.head(0), COLUMNS, "target", path)
    assert "no rows" in path.read_text()


@pytest.mark.process
def test_it_runs_as_a_program(table, tmp_path):
    rows, spec, out = (tmp_path / name for name in ("rows.parquet", "spec.json", "out.html"))
    table.to_parquet(rows)
    spec.write_text(json.dumps({"columns": COLUMNS.model_dump(), "target": "target"}))
    program = [sys.executable, "-m", "mlops_assets.data.profile.report", rows, spec, out]
    subprocess.run(program, check=True)
    assert out.stat().st_size > 1_000_000
