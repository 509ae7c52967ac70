"""What the prediction log costs of a request."""

from __future__ import annotations

import time
from collections.abc import Sequence
from statistics import median
from typing import Any

import yaml

from benchmarks.checkout import defs_folder
from benchmarks.report import met
from benchmarks.serving.models import Row, Trained
from mlops_assets.registry.model_copies import ModelCopies
from mlops_assets.serving.copies import Copies
from mlops_assets.serving.loading import load_copy
from mlops_assets.serving.prediction_log import Asked, PredictionLog
from mlops_assets.serving.trial import Part
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

TIMES, MOST = 5_000, 0.02


def log_share(made: Trained, row: list[Row], requests: Sequence[dict[str, Any]]) -> str:
    """CPU of one write, and its share of the CPU of a request."""
    text = (defs_folder(made.checkout) / made.name / "defs.yaml").read_text(encoding="utf-8")
    spec = LifecycleSpec.model_validate(yaml.safe_load(text)["attributes"])
    copies = Copies(ModelCopies.of(made.settings), made.name)
    served, log = load_copy(spec, copies), PredictionLog(made.settings)
    typed = made.typed(row)
    part = Part(served, typed, range(len(typed)))
    asked = Asked("0" * 32, typed, served.json_answers(typed), 0.001, "", part)
    log.write(served, asked)
    began = time.process_time()
    for _ in range(TIMES):
        log.write(served, asked)
    milliseconds = 1000 * (time.process_time() - began) / TIMES
    share = milliseconds / median(it["cpu_ms"] for it in requests)
    goal = f"goal <= {MOST:.0%}, {met(share <= MOST)}"
    return (
        f"prediction log: {1000 * milliseconds:.1f} µs of CPU, {share:.1%} of a request's; {goal}"
    )
