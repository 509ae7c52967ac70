"""Performance: thresholds, the comparison with production, and where it errs."""

from __future__ import annotations

from collections.abc import Sequence

from mlops_assets.evaluation.records import Slice
from mlops_assets.registry.review.evidence import Evidence, PointOf, counted, point
from mlops_assets.registry.review.records import Link, Point
from mlops_assets.spec.gates import BEATS_PRODUCTION
from mlops_assets.tasks.metrics.metric import written

SECTION = "Performance"
CURVES = ("roc_curve.png", "precision_recall.png", "confusion_matrix.png", "calibration.png")
SCORES = ("prediction_histogram.png", "score_histogram.png", "residuals.png")
IMPORTANCE = ("shap_summary.png", "feature_importance.png", "importances.png")
ERRORS = ("error_analysis.html",)


def thresholds(it: Evidence) -> Point:
    """Every gate of defs.yaml, as it was judged."""
    make = point(SECTION, "Metrics meet their thresholds", "every gate passes")
    links = it.links(it.evaluation, "gates.png")
    if it.verdict is None:
        return make("FAIL", "the version has no verdict")
    failed = [gate for gate in it.verdict.gates if not gate.passed]
    lines = [
        str(gate) + (f" ({gate.reason})" if gate in failed else "") for gate in it.verdict.gates
    ]
    count = len(it.verdict.gates)
    if failed:
        return make("FAIL", f"{len(failed)} of {count} gates failed", lines, links)
    return make("PASS", f"all {count} gates passed", lines, links)


def verdict_is_current(it: Evidence) -> Point:
    """Gates and production version are still those that it was judged against."""
    make = point(SECTION, "Verdict is current", "judged by today's gates, against what serves now")
    if it.outdated:
        return make("FAIL", f"{it.outdated}; `--approve` evaluates it again first")
    return make("PASS", "gates and production version have not changed since the evaluation")


def degradation(it: Evidence) -> Point:
    """The version is not worse than the one in production, on the same holdout."""
    make = point(SECTION, "No degradation", "not worse than the version in production")
    judged = it.verdict.gates if it.verdict else ()
    gate = next((gate for gate in judged if gate.gate == BEATS_PRODUCTION), None)
    if gate is None:
        return make("LOOK", "the verdict has no comparison with production")
    outcome = "LOOK" if gate.passed and gate.value is None else "PASS" if gate.passed else "FAIL"
    return make(outcome, gate.reason, [str(gate)])


def metrics(it: Evidence) -> Point:
    """All metrics on the holdout with their intervals, and the curves behind them."""
    make = point(SECTION, "Metrics and curves", "smooth curves without sharp drops")
    lines = [
        " ".join([name, *written(m["value"], m.get("low", m["value"]), m.get("high", m["value"]))])
        for name, m in it.facts.metrics.items()
        if "/" not in name
    ]
    rows = counted(it.evaluation.params.get("holdout_rows"))
    return make("LOOK", f"on {rows} held-out rows", lines, it.links(it.evaluation, *CURVES))


def scores(it: Evidence) -> Point | None:
    """The predictions: their distribution should match the expected rate."""
    links = it.links(it.evaluation, *SCORES)
    make = point(SECTION, "Distribution of predictions", "no odd shape; matches the expected rate")
    return make("LOOK", _pictures(links), links=links) if links else None


def importance(it: Evidence) -> Point | None:
    """What the predictions depend on."""
    links = it.links(it.evaluation, *IMPORTANCE)
    make = point(SECTION, "Importance of features", "plausible features, direction and size")
    return make("LOOK", _pictures(links), links=links) if links else None


def _pictures(links: Sequence[Link]) -> str:
    return f"pictures of the evaluation: {', '.join(link.file for link in links)}"


def error_patterns(it: Evidence) -> Point:
    """Slices of rows in which the model errs more than elsewhere."""
    make = point(SECTION, "Error patterns", "no slice is significantly worse than all rows")
    links = it.links(it.evaluation, *ERRORS)
    found = it.evaluation.documents.get("evaluation.json")
    if found is None:
        return make("LOOK", "the evaluation is no longer in MLflow")
    slices = [Slice.model_validate(given) for given in found.get("slices", ())]
    worse = [one for one in slices if one.is_worse]
    lines = [
        " ".join(
            [f"{one.slice} ({one.rows:,} rows): error", *written(one.error, one.low, one.high)]
        )
        for one in worse
    ]
    if worse:
        return make("LOOK", f"{len(worse)} slices are worse", lines, links)
    return make("PASS", "no slice is significantly worse", links=links)


POINTS: tuple[PointOf, ...] = (
    thresholds,
    verdict_is_current,
    degradation,
    metrics,
    scores,
    importance,
    error_patterns,
)
