"""A report says its verdicts as claims and as a table that Markdown can show."""

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest

from mlops_assets.features.columns import Columns
from mlops_assets.monitoring.drift.day_report import DriftReport, report_claims
from mlops_assets.monitoring.drift.drift_verdict import DriftVerdict, drift_verdict
from mlops_assets.monitoring.drift.table_profile import build_profile
from mlops_assets.monitoring.drift.tables import column_figures, column_table

NAMES = [f"x{n}" for n in range(30)]


def numbers(rows: int, mean: float, seed: int, names=NAMES) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame({name: rng.normal(mean, 1, rows) for name in names})


def verdict(rows: int, mean: float, names=NAMES) -> DriftVerdict:
    reference = build_profile(numbers(3_000, 0, 0, names), Columns(numeric=list(names)))
    return drift_verdict(reference, numbers(rows, mean, 1, names))


def report(data: DriftVerdict, predictions: DriftVerdict) -> DriftReport:
    day = date(2026, 1, 5)
    return DriftReport(
        model="m", day=day, version="1", model_id="m-1", data=data, predictions=predictions
    )


def test_each_verdict_is_a_claim_of_its_own():
    quiet, shifted, small = verdict(500, 0), verdict(500, 1), verdict(10, 1)
    claims = report_claims(report(quiet, shifted))
    assert {claim.name: claim.passed for claim in claims} == {
        "no_data_drift": True,
        "no_prediction_drift": False,
    }
    assert claims[1].observed == shifted.summary()
    assert "0.01" in claims[1].bound
    assert [claim.passed for claim in report_claims(report(small, small))] == [True, True]
    assert report_claims(report(small, small))[0].observed.startswith("inconclusive: 10 rows")


def test_the_table_has_the_worst_columns_and_says_how_many_it_leaves_out():
    shifted = verdict(500, 1)
    table = column_table(shifted)
    assert len(table) < 1_000
    *lines, _, rest = table.splitlines()
    assert lines[2].startswith(f"|{shifted.columns[0].column}|drift|mean ")
    assert all("|drift|" in line for line in lines[2:])
    assert len(lines[2:]) > 10
    assert rest == f"and {30 - len(lines[2:])} other columns in drift.html"


def test_a_unit_stands_beside_its_column():
    worst = verdict(500, 1).columns[0].column
    lines = column_table(verdict(500, 1), {worst: "mg/dl"}).splitlines()
    assert lines[2].startswith(f"|{worst} (mg/dl)|")
    assert "mg/dl" not in "".join(lines[3:])


def test_too_small_a_day_calls_no_column_drifted():
    table = column_table(verdict(10, 3))
    assert "|too few rows|" in table
    assert "|drift|" not in table


def test_a_column_that_drifted_by_its_gaps_alone_says_so():
    reference = build_profile(numbers(3_000, 0, 0, ["a|b"]), Columns(numeric=["a|b"]))
    day = numbers(1_000, 0, 1, ["a|b"])
    day.loc[:399, "a|b"] = np.nan
    cells = column_table(drift_verdict(reference, day)).splitlines()[2]
    found = re.fullmatch(r"\|a&#124;b\|drift\|missing 0.0% → 40.0%\|(.*)\s>\s(.*)\|", cells)
    assert found
    assert float(found[1]) == 0.4
    assert float(found[2]) < 0.4


def test_its_facts_are_what_the_loop_reads():
    quiet, shifted, small = verdict(400, 0), verdict(400, 3), verdict(10, 3)
    facts = report(shifted, quiet).facts()
    assert (facts.version, facts.verdict, facts.summary) == ("1", "drift", shifted.summary())
    assert facts.worst_change == f"{shifted.drifted[0]} {shifted.columns[0].what}"
    assert not facts.inconclusive_because
    facts = report(small, quiet).facts()
    assert facts.summary == f"inconclusive: {facts.inconclusive_because}"
    assert not facts.worst_change
    assert not report(quiet, shifted).facts().worst_change


def test_a_report_is_the_same_after_it_was_stored():
    whole = report(verdict(500, 1), verdict(10, 0))
    assert DriftReport.model_validate_json(whole.model_dump_json()) == whole


def test_the_figures_of_a_day_are_null_where_nothing_is_known():
    day = pd.DataFrame(
        {"../size (cm)": [1.0, 3.0, np.nan], "paid": [True, None, False], "empty": [np.nan] * 3}
    )
    columns = Columns(numeric=["../size (cm)", "empty"], boolean=["paid"])
    assert column_figures(build_profile(day, columns)) == {
        "missing/___size _cm_": pytest.approx(1 / 3),
        "mean/___size _cm_": 2.0,
        "missing/empty": 1.0,
        "missing/paid": pytest.approx(1 / 3),
        "mean/paid": 0.5,
    }
