"""What today's gates would say of a version: those of its verdict may have been raised since."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mlops_assets.errors import InputError
from mlops_assets.evaluation.gates import out_of_bound
from mlops_assets.registry.overview import VersionFacts
from mlops_assets.spec.gates import Bound, Gates


def gates_in_defs(folder: Path) -> dict[str, Gates]:
    """The gates of each model in the defs.yaml files under `folder`, by registered name.

    Without loading Dagster. Gates that only loading makes sense of, such as a template, are left
    out.
    """
    import yaml

    found: dict[str, Gates] = {}
    for path in sorted(folder.rglob("defs.yaml")):
        try:
            documents = list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
        except (yaml.YAMLError, UnicodeDecodeError):
            continue  # reported where it is loaded
        for document in documents:
            found |= _gates(document)
    return found


def _gates(document: Any) -> dict[str, Gates]:
    attributes = document.get("attributes") if isinstance(document, Mapping) else None
    if not isinstance(attributes, Mapping) or "model" not in attributes:
        return {}
    name = attributes.get("registered_name") or attributes.get("name")
    try:
        return {str(name): Gates.model_validate(attributes.get("gates") or {})}
    except (ValidationError, InputError):
        return {}


def failures_today(version: VersionFacts, gates: Gates | None) -> list[str] | None:
    """The bounds of today that the version's stored metrics do not meet; None if unknown.

    `beats_production` compares two models on one holdout and is not judged again, nor are rows.
    """
    if gates is None or not version.metrics:
        return None
    failures = []
    for name, bound in gates.bounds.items():
        failures += [
            f"{name}: {problem}" for problem in _problems(bound, version.metrics.get(name))
        ]
    for name, most in gates.data_bounds.items():
        if name not in version.data:
            failures.append(f"{name}: it was not computed")
        elif version.data[name] > most:
            failures.append(f"{name}: {version.data[name]:.6g} is above {most:g}")
    return failures


def _problems(bound: Bound, metric: Mapping[str, float] | None) -> list[str]:
    """Why a stored metric does not meet a bound; empty if it does."""
    if metric is None:
        return ["it was not computed"]
    found = out_of_bound(bound, metric["value"]) if not bound.is_open else []
    for end, limits in bound.ends.items():
        known = metric.get(end)
        missed = ["it was not stored"] if known is None else out_of_bound(limits, known)
        found += [f"{end} end of its interval: {problem}" for problem in missed]
    return found
