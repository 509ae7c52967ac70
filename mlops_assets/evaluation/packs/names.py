"""The names that a pack may give to what it finds."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mlops_assets.errors import InputError
from mlops_assets.kinds.base import PackResult
from mlops_assets.platform.mlflow.run_links import HTML
from mlops_assets.tasks.metrics.metric import Metric

METRIC = re.compile(r"\w[\w\-. :/]{0,199}")
"""What MLflow takes as the name of a metric."""
ENDS = ("_low", "_high")
"""What the ends of a metric's interval are called after it."""
SHOWN = frozenset({"verdict", "metrics", "worst_slices"})
"""What the panel of `evaluation` shows beside metrics."""
FILES = frozenset({"verdict.json", "evaluation.json", "packs.json"})
PAGE = ".html"
"""The end of the name of a document that is a page."""


def is_page(document: str) -> bool:
    """Whether the document of that name is text, which the panel links to."""
    return document.endswith(PAGE)


def require_names(pack: str, result: PackResult) -> None:
    """Raise `InputError` for a metric or document whose name means something else already."""
    if not isinstance(result, PackResult) or not _are_metrics(result):
        raise InputError(
            seen=f"the pack {pack} gives {type(result).__name__} instead of a PackResult",
            expected="PackResult({name: Metric, ...})",
            todo="correct `evaluate` of the pack",
        )
    _refuse(pack, "metrics", [it for it in result.metrics if not _may_be(it)])
    _refuse(pack, "documents", [it for it in result.documents if not _may_be_stored(it)])


def _are_metrics(result: PackResult) -> bool:
    return all(isinstance(it, Metric) for it in result.metrics.values())


def _may_be(name: str) -> bool:
    return bool(METRIC.fullmatch(name)) and not name.endswith(ENDS) and name not in SHOWN


def _may_be_stored(document: str) -> bool:
    return document not in FILES and (not is_page(document) or bool(HTML.fullmatch(document)))


def _refuse(pack: str, what: str, names: Iterable[str]) -> None:
    if refused := sorted(names):
        raise InputError(
            seen=f"the pack {pack} has the {what} {refused}",
            expected="metrics named in letters, digits and _ - . : / that do not end in "
            f"{' or '.join(ENDS)} and are none of {sorted(SHOWN)}; documents other than "
            f"{sorted(FILES)}, pages named in letters, digits and _ -",
            todo="rename them in the pack",
        )
