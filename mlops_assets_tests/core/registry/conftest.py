"""A registered model in a real MLflow store, with a ledger of its own."""

import pytest

from mlops_assets.core.ledger import Ledger
from mlops_assets.core.registry import RegisteredModel
from mlops_assets.resources.mlflow_store import open_store
from mlops_assets_tests.core.sources.conftest import postgres  # noqa: F401


@pytest.fixture
def ledger(settings) -> Ledger:
    return Ledger(settings.ledger_url)


@pytest.fixture
def registry(settings, ledger) -> RegisteredModel:
    return RegisteredModel(open_store(settings), "churn-model", ledger, actor="anna")
