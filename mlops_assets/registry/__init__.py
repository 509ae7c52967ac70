"""Versions and their stages in MLflow, changed through one function and kept in a ledger."""

from typing import Any


def __getattr__(name: str) -> Any:
    if name in ("ModelRegistry", "AsyncModelRegistry"):
        raise ImportError(f"{name} has moved: write `from mlops_assets.client import {name}`")
    raise AttributeError(name)
