"""A registered model in a real MLflow store, with a ledger of its own."""

import pytest

from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.registry.ledger import Ledger
from mlops_assets.registry.registered_model import RegisteredModel


@pytest.fixture
def ledger(settings) -> Ledger:
    return Ledger(settings.ledger_url)


@pytest.fixture
def registry(settings, ledger) -> RegisteredModel:
    return RegisteredModel(open_store(settings), "churn-model", ledger, actor="anna")
