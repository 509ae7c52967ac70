"""The points of the checklist, from evidence that is given."""

import json
from dataclasses import replace

import pytest

from mlops_assets.evaluation.fairness.parity import Parity
from mlops_assets.evaluation.verdict import GateResult, Verdict
from mlops_assets.platform.git_commit import Commit
from mlops_assets.registry.overview import VersionFacts
from mlops_assets.registry.review.checklist import POINTS, walk
from mlops_assets.registry.review.evidence import Evidence
from mlops_assets.registry.review.page import review_page, review_table
from mlops_assets.registry.review.pins import Pin, pins_in
from mlops_assets.registry.review.records import Point
from mlops_assets.registry.version_runs import StoredRun
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.evaluation.packs.test_exposure import judged
from mlops_assets_tests.evaluation.packs.test_exposure import rows as lists
from mlops_assets_tests.world import SMALL

FACTS = VersionFacts(
    model_name="small",
    version="3",
    stage="staging",
    called="staging",
    created="2026-01-05T12:00:00+00:00",
    model_id="m-1",
    run_id="r",
    dataset_version="d",
    code_version="c",
    trained_through="2026-01-04",
    in_production_since="",
    verdict="passed",
    reason="",
    forced="",
    metrics={"roc_auc": {"value": 0.9, "low": 0.88, "high": 0.92}},
    git=Commit("abc", "Anna", "", "Better"),
)
SLICE = {"slice": "c = a", "rows": 40, "error": 0.3, "low": 0.2, "high": 0.4, "worse_by": 0.1}


def spec(**given) -> LifecycleSpec:
    return LifecycleSpec.model_validate(
        {**SMALL, "source": {"type": "csv", "path": "t.csv"}, **given}
    )


def verdict(**gates: bool) -> Verdict:
    results = tuple(
        GateResult(gate=name, bound=">= 0", value=0.5, low=0.5, high=0.5, passed=it, reason="so")
        for name, it in gates.items()
    )
    return Verdict(gates=results, model_id="m-1", dataset_version="d", code_version="c")


GOOD = Evidence(
    spec=spec(),
    facts=FACTS,
    verdict=verdict(roc_auc=True, beats_production=True),
    serving="2",
    alerts=True,
    told=("Bo",),
    pins=[Pin("numpy", "2.0", "2.0")],
    evaluation=StoredRun("evaluation", "e", "1", documents={"evaluation.json": {"slices": []}}),
    profile=StoredRun("data_profile", "p", "1", metrics={"missing_rate": 0.0}),
)


def points(evidence: Evidence) -> dict[str, Point]:
    found = (make(evidence) for make in POINTS)
    return {it.name: it for it in found if it is not None}


def parity(p_value: float | None, **more) -> dict:
    metric = {"value": 0.2, "low": 0.1, "high": 0.3, "support": 50}
    groups = [
        {"group": name, "judged": True, "rate": {**metric, "value": value}, "difference": None}
        for name, value in (("f", 0.3), ("m", 0.5))
    ]
    found = {"column": "sex", "name": "statistical_parity_difference", "rate": "selection_rate"}
    found |= {"meaning": "alike", "reference": "m", "groups": groups, "largest": metric}
    return Parity.model_validate({**found, "p_value": p_value, **more}).model_dump(mode="json")


def assessed(p_value: float | None) -> Evidence:
    groups = [{"column": "sex", "group": "x", "rows": 9, "metrics": {}}]
    found = {"fairness.json": {"differences": [parity(p_value)], "groups": groups}}
    return replace(GOOD, evaluation=StoredRun("evaluation", "e", "1", documents=found))


def in_lists(jobs: int, harm: float) -> Evidence:
    """Lists in which women are ranked lower by `harm`, as the pack exposure stores them."""
    found = judged(lists(jobs, harm)).documents["exposure.json"]()
    documents = {"exposure.json": json.loads(json.dumps(found))}
    return replace(GOOD, evaluation=StoredRun("evaluation", "e", "1", documents=documents))


def test_exposure_in_lists_is_shown_like_differences_of_rates():
    fair, unfair = points(in_lists(200, 0.0)), points(in_lists(200, 0.8))
    assert fair["Fairness metrics"].outcome == fair["Bias mitigation"].outcome == "PASS"
    assert unfair["Fairness metrics"].outcome == unfair["Bias mitigation"].outcome == "LOOK"
    assert "exposure_ratio by gender" in unfair["Fairness metrics"].observed
    first = unfair["Fairness metrics"].details[0]
    assert first.startswith("gender: exposure_ratio 0.")
    assert ": f 0." in first
    assert unfair["Metrics of each group"].observed == "2 groups"
    assert all("relevant_exposure_ratio" in it for it in unfair["Metrics of each group"].details)


def test_lists_with_too_few_rows_of_a_group_cannot_be_judged():
    found = points(in_lists(2, 0.0))
    assert found["Fairness metrics"].observed == "2 of 2 cannot be judged"
    assert "too small to judge: gender" in found["Metrics of each group"].observed


def test_what_is_met_passes():
    found = points(GOOD)
    passed = {name for name, it in found.items() if it.outcome == "PASS"}
    assert {
        "Stage",
        "Commit and author",
        "Metrics meet their thresholds",
        "No degradation",
        "Error patterns",
        "Data profile",
        "Dependencies",
        "Alerts",
        "Rollback plan",
        "Stakeholders",
    } <= passed
    assert not [it for it in found.values() if it.outcome == "FAIL"]


@pytest.mark.parametrize(
    ("name", "changed", "outcome"),
    [
        ("Stage", {"facts": replace(FACTS, stage="rejected", called="rejected")}, "FAIL"),
        ("Stage", {"facts": replace(FACTS, stage="archived", called="archived")}, "LOOK"),
        ("Commit and author", {"facts": replace(FACTS, git=Commit("abc", changed=True))}, "LOOK"),
        ("Commit and author", {"facts": replace(FACTS, git=Commit(problem="no git"))}, "LOOK"),
        ("Metrics meet their thresholds", {"verdict": verdict(roc_auc=False)}, "FAIL"),
        ("Metrics meet their thresholds", {"verdict": None}, "FAIL"),
        ("Verdict is current", {"outdated": "the gates changed"}, "FAIL"),
        ("No degradation", {"verdict": verdict(beats_production=False)}, "FAIL"),
        ("Fairness metrics", {"spec": spec(context={"sensitive": ["sex"]})}, "FAIL"),
        ("Fairness metrics", {}, "LOOK"),
        ("Dependencies", {"pins": [Pin("numpy", "2.0", "2.1")]}, "FAIL"),
        ("Dependencies", {"pins": []}, "LOOK"),
        ("Alerts", {"alerts": False}, "LOOK"),
        ("Rollback plan", {"serving": ""}, "LOOK"),
        ("Stakeholders", {"told": ()}, "LOOK"),
        ("Stakeholders", {"spec": spec(review={"stakeholders": ["Cy"]})}, "FAIL"),
        ("Model card", {"spec": spec(gates={"documentation": "complete"})}, "FAIL"),
        ("Model card", {}, "LOOK"),
    ],
)
def test_what_is_not_met_fails_and_what_cannot_be_computed_is_for_a_person(name, changed, outcome):
    assert points(replace(GOOD, **changed))[name].outcome == outcome


@pytest.mark.parametrize(("p_value", "outcome"), [(0.001, "LOOK"), (0.8, "PASS"), (None, "LOOK")])
def test_groups_that_differ_are_named(p_value, outcome):
    found = points(assessed(p_value))
    assert found["Fairness metrics"].outcome == outcome
    assert "0.20 [0.10, 0.30]" in found["Fairness metrics"].details[0]
    assert "too small to judge: sex x" in found["Metrics of each group"].observed
    assert found["Bias mitigation"].outcome == ("LOOK" if p_value == 0.001 else "PASS")


def test_a_worse_slice_is_for_a_person():
    run = StoredRun("evaluation", "e", "1", documents={"evaluation.json": {"slices": [SLICE]}})
    found = points(replace(GOOD, evaluation=run))["Error patterns"]
    assert found.outcome == "LOOK"
    assert found.details == ("c = a (40 rows): error 0.30 [0.20, 0.40]",)


def test_a_rate_above_its_bound_fails_only_where_defs_yaml_sets_the_bound():
    high = StoredRun("data_profile", "p", "1", metrics={"missing_rate": 0.06})
    assert points(replace(GOOD, profile=high))["Data profile"].outcome == "LOOK"
    gated = spec(gates={"data": {"missing_rate": {"max": 0.05}}})
    assert points(replace(GOOD, profile=high, spec=gated))["Data profile"].outcome == "FAIL"
    eased = spec(gates={"data": {"missing_rate": {"max": 0.1}}})
    assert points(replace(GOOD, profile=high, spec=eased))["Data profile"].outcome == "PASS"


def test_pins_are_compared_with_what_is_installed():
    import numpy as np

    found = pins_in(f"numpy=={np.__version__}\nno-such-package==1.0 # why\nscipy>=1\n")
    assert [it.is_same for it in found] == [True, False]
    assert str(found[1]) == "no-such-package 1.0 stored, not installed here"


def test_the_page_escapes_what_people_wrote_and_counts_the_points():
    attack = "<script>alert(1)</script>"
    review = walk(GOOD, reviewer=attack, verdict="{}", notes=[attack])
    page = review_page(review, {}, "http://mlflow")
    assert attack not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 2
    assert page.count('<tr class="point">') == len(review.points)
    assert page.count("<h2>") == len({it.section for it in review.points}) + 1
    assert "Nothing stands against an approval" in page


def test_the_panel_shows_first_what_fails_and_fits_in_place():
    review = walk(replace(GOOD, pins=[Pin("a", "1", "2")]), reviewer="anna", verdict="")
    text = review_table(review)
    assert text.splitlines()[2].startswith("| FAIL | Dependencies")
    assert len(text) < 1_000
    assert "more in review.html" in text
    long = review.points[0].model_copy(update={"observed": "evidence " * 20})
    cut = review_table(review.model_copy(update={"points": (long,)}))
    assert "evidence … |" in cut
