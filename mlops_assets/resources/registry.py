"""The registry and its ledger where the settings say they are."""

from functools import cache
from typing import TYPE_CHECKING

from mlops_assets.core.ledger import Ledger
from mlops_assets.core.registry import RegisteredModel
from mlops_assets.resources.settings import Settings

if TYPE_CHECKING:
    from mlflow import MlflowClient


def registered_model(
    client: "MlflowClient", name: str, settings: Settings, actor: str = ""
) -> RegisteredModel:
    """The model `name` with its ledger; an interrupted change of it is finished first."""
    model = RegisteredModel(client, name, open_ledger(settings.ledger_url), actor)
    model.recover()
    return model


@cache
def open_ledger(url: str) -> Ledger:
    """The ledger at `url`; one object a process."""
    return Ledger(url)
