"""What MLflow's pages get of the tags of a version: not those that only code reads.

The page of a version leaves out keys that begin with `mlflow.` by itself, the list of versions of
a model does not. Pages ask `/ajax-api/`; clients ask `/api/` and get every tag.
"""

from typing import Any

from mlops_assets.platform.mlflow.version_tags import HIDDEN

PAGES = "/ajax-api/"
ABOUT = ("/model-versions/", "/registered-models/")


def is_for_a_page(path: str) -> bool:
    """Whether a page asked for versions or models."""
    return path.startswith(PAGES) and any(about in path for about in ABOUT)


def shown(answer: Any) -> Any:
    """An answer of MLflow's API without the hidden tags, at any depth."""
    if isinstance(answer, list):
        return [shown(it) for it in answer if not _is_hidden(it)]
    if isinstance(answer, dict):
        return {name: shown(value) for name, value in answer.items()}
    return answer


def _is_hidden(it: Any) -> bool:
    return isinstance(it, dict) and str(it.get("key", "")).startswith(HIDDEN)
