"""Model versions and their stages in MLflow, with a ledger of every change."""

from typing import Any


def __getattr__(name: str) -> Any:
    if name in ("ModelRegistry", "AsyncModelRegistry"):
        raise ImportError(f"{name} has moved: write `from mlops_assets.client import {name}`")
    raise AttributeError(name)
