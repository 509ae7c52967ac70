"""The pack exposure: attention by fair share, and whether planted bias is found."""

from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.evaluation.packs.exposure import Exposure
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.figures.style import png

SPEC: Any = SimpleNamespace(
    name="small", seed=0, context={"group": ["job"], "sensitive": ["gender"]}
)
EVIL = "<script>alert(1)</script>"


@cache
def rows(jobs: int = 200, harm: float = 0.0, seed: int = 0) -> pd.DataFrame:
    """Lists of 10, in which the scores of women are lower by `harm` standard deviations."""
    rng = np.random.default_rng(seed)
    size = 10 * jobs
    gender = rng.choice(["f", "m"], size)
    return pd.DataFrame(
        {
            "job": np.arange(size) // 10,
            "gender": gender,
            "y": (rng.random(size) < 0.3).astype("float64"),
            "prediction": rng.normal(size=size) - harm * (gender == "f"),
        }
    )


def judged(table: pd.DataFrame, pack: Exposure | None = None):
    roles = {"group": ("job",), "sensitive": ("gender",)}
    context = table[["job", "gender"]].astype(str)
    dataset = Dataset(table[[]], Columns(), table["y"], context=context, roles=roles)
    return (pack or Exposure()).judge(dataset, table[["prediction"]], SPEC)


def by_hand(table: pd.DataFrame, relevant: bool) -> dict[str, float]:
    """The ratio of each group, list by list."""
    attention, fair = {}, {}
    for _, part in table.groupby("job"):
        rank = part["prediction"].rank(ascending=False)
        got = 1 / np.log2(1 + rank)
        counts = part["y"] if relevant else part["y"] * 0 + 1
        if counts.sum() == 0:
            continue
        for group in ("f", "m"):
            own = part["gender"] == group
            attention[group] = attention.get(group, 0) + got[own].sum() / got.sum()
            fair[group] = fair.get(group, 0) + counts[own].sum() / counts.sum()
    return {group: attention[group] / fair[group] for group in attention}


@pytest.mark.parametrize(
    ("name", "relevant"), [("exposure_ratio", False), ("relevant_exposure_ratio", True)]
)
def test_it_is_the_attention_by_the_fair_share_of_all_lists(name, relevant):
    table = rows(60, 0.8)
    ratios = by_hand(table, relevant)
    found = judged(table)
    assert found.metrics[name].value == pytest.approx(min(ratios.values()) / max(ratios.values()))
    (document,) = [
        it
        for it in found.documents["exposure.json"]()
        if it["among"] == ("relevant" if relevant else "candidates")
    ]
    shown = {it["group"]: it["ratio"]["value"] for it in document["groups"]}
    assert shown == pytest.approx(ratios)


def test_tied_rows_share_their_attention():
    table = rows(50).assign(prediction=0.5)
    assert judged(table).metrics["exposure_ratio"].value == pytest.approx(1)


@pytest.mark.statistics
def test_bias_is_found_where_it_is_planted_and_nowhere_else():
    planted = [(harm > 0, judged(rows(150, harm, seed))) for seed in range(20) for harm in (0, 0.5)]
    found = [it.metrics["exposure_ratio"].high < 1 for _, it in planted]
    hits = sum(is_planted and said for (is_planted, _), said in zip(planted, found, strict=True))
    f1 = 2 * hits / (20 + sum(found))
    assert f1 > 0.93  # one false alarm in 20 is what the interval allows


def test_too_few_rows_are_not_judged_and_a_gate_would_fail():
    few = rows(60).assign(gender=["x"] * 12 + ["m"] * 588)
    metric = judged(few).metrics["exposure_ratio"]
    assert np.isnan([metric.value, metric.low, metric.high]).all()
    assert "too few rows" in judged(few).panel()["exposure"]
    assert "Too few rows to judge" in judged(few).documents["exposure_report.html"]()


def test_the_page_escapes_and_the_picture_is_drawn():
    table = rows(200, 0.4).assign(gender=lambda it: it["gender"].replace({"f": EVIL}))
    found = judged(table)
    page = found.documents["exposure_report.html"]()
    assert EVIL not in page
    assert "&lt;script&gt;" in page
    assert "Groups differ by more than chance explains" in page
    assert png(found.draw()["exposure"])


def test_below_four_fifths_is_said():
    page = judged(rows(200, 3.0)).documents["exposure_report.html"]()
    assert "Below four fifths: gender (fair share of candidates)" in page


def test_a_model_without_lists_or_groups_is_refused():
    for context in ({"sensitive": ["gender"]}, {"group": ["job"]}):
        with pytest.raises(InputError, match="which says what is ranked together"):
            Exposure().require(SimpleNamespace(context=context))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="has `bands` for 'age'"):
        Exposure(bands={"age": [30]}).require(SPEC)
