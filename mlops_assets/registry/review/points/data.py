"""Data quality: rates, distributions and preprocessing."""

from __future__ import annotations

from mlops_assets.data.profile.quality import BOUNDS
from mlops_assets.registry.review.evidence import Evidence, PointOf, counted, point
from mlops_assets.registry.review.records import Point

SECTION = "Data quality"
PROFILE = ("histograms.png", "correlations.png", "profile.html")


def quality(it: Evidence) -> Point:
    """Missing values, outliers and correlated features, each with its bound."""
    make = point(SECTION, "Data profile", "rates within their bounds")
    gated = it.spec.gates.data_bounds
    found = {**it.profile.metrics, **it.facts.data}
    values = {name: found[name] for name in BOUNDS if name in found}
    if not values:
        return make("LOOK", "data_profile was not materialized for these rows")
    most = {**BOUNDS, **gated}
    over = [name for name, value in values.items() if value > most[name]]
    lines = [f"{name} {value:.3f}, at most {most[name]:g}" for name, value in values.items()]
    if not over:
        return make("PASS", "all within their bounds", lines)
    outcome = "FAIL" if set(over) & set(gated) else "LOOK"
    return make(outcome, f"above the bound: {', '.join(over)}", lines)


def distributions(it: Evidence) -> Point:
    """How each feature is distributed."""
    make = point(SECTION, "Distributions of features", "plausible values, types and correlations")
    links = it.links(it.profile, *PROFILE)
    rows = f"{counted(it.evaluation.params.get('training_rows'))} training rows"
    if not links:
        return make("LOOK", f"{rows}; data_profile was not materialized for these rows")
    return make("LOOK", rows, links=links)


def preprocessing(it: Evidence) -> Point:
    """What is done to each column, inside the model."""
    make = point(SECTION, "Preprocessing", "every column has the role that its values have")
    spec = it.training.documents.get("training.json", {}).get("spec")
    if spec is None:
        return make("LOOK", "the record of its training is no longer in MLflow")
    roles = [
        f"{role}: {', '.join(map(str, names))}"
        for role, names in (spec.get("columns") or {}).items()
        if isinstance(names, list) and names
    ]
    model = spec.get("model") or {}
    what = model.get("estimator") or model.get("type") or "the model"
    return make(
        "LOOK",
        f"fitted with {what} on training rows alone, and stored inside the model",
        roles,
        it.links(it.training, "training.json") + it.links(it.features, "features.json"),
    )


POINTS: tuple[PointOf, ...] = (quality, distributions, preprocessing)
