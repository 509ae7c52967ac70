"""What `new` says about columns of dates."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import yaml

from mlops_assets.spec.inference import propose
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.proposal import Proposal, render

ROWS = 120
SOURCE = {"type": "csv", "path": "t.csv"}
JANUARY = [f"{day:02}/01/2026" for day in range(1, 31)] * 4


def proposal(values, source: dict = SOURCE) -> Proposal:
    draw = np.random.default_rng(0)
    table = {"x": draw.normal(size=ROWS), "day": values, "y": draw.integers(0, 2, ROWS)}
    return propose(pd.DataFrame(table), name="m", target="y", source=source)


@pytest.mark.parametrize(
    ("values", "written"),
    [
        (JANUARY, "%d/%m/%Y"),
        ([f"{day} 10:00" for day in JANUARY], "%d/%m/%Y %H:%M"),
        ([f"2026-01-{day:02}" for day in range(1, 31)] * 4, "ISO8601"),
    ],
)
def test_the_format_of_text_is_written_into_the_file(values, written):
    found = proposal(values)
    assert found.columns.date == ["day"]
    assert found.source == {**SOURCE, "date_format": {"day": written}}
    rendered = yaml.safe_load(render(found))["attributes"]
    assert LifecycleSpec.model_validate(rendered).source.date_format == {"day": written}


def test_typed_dates_have_no_format():
    found = proposal(list(pd.date_range("2026-01-01", periods=ROWS)))
    assert (found.columns.date, found.source) == (["day"], SOURCE)


def test_an_ambiguous_column_is_asked_about_and_left_out():
    found = proposal([f"{day:02}/0{month}/2026" for day in range(1, 13) for month in (1, 2)] * 5)
    assert found.columns.names == ["x"]
    assert "could be %d/%m/%Y or %m/%d/%Y" in found.left_out["day"]
    (question,) = found.questions
    assert '--date-format "day=%d/%m/%Y"' in question
    assert "# Question: are the dates in 'day'" in render(found)


@pytest.mark.parametrize("typed", [False, True])
def test_a_date_without_end_does_not_make_dates_labels(typed):
    values = [f"2026-01-{day:02}" for day in range(1, 31)] * 4
    values[7] = "9999-12-31"
    found = proposal(np.array(values, "M8[us]") if typed else values)
    assert found.columns.date == ["day"]
    assert found.source["missing_dates"] == [date(9999, 12, 31)]
    assert any("9999-12-31 in 'day' counts as no date" in it for it in found.warnings)
    written = yaml.safe_load(render(found))["attributes"]
    assert LifecycleSpec.model_validate(written).source.missing_dates == [date(9999, 12, 31)]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([*JANUARY[1:], "soon"], r"1 of its 120 values are no dates .*%d/%m/%Y\), such as 'soon'"),
        ([*JANUARY[:60], *["2026-01-31"] * 60], "written in several ways, such as ISO8601 and"),
        (["3 Feb 2026", "March 7, 2026"] * 60, "written in several ways"),
        (["2026-01-31 10:00:00Z", "2026-01-31"] * 60, "60 of 120 times with an offset"),
    ],
)
def test_dates_with_mistakes_are_left_out_with_the_reason(values, reason):
    found = proposal(values)
    assert found.columns.names == ["x"]
    assert pd.Series([found.left_out["day"]]).str.contains(reason).all()
