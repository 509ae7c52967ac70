"""Whether what serves is what the ledger let serve: an alias can be set past its gates by hand."""

from mlops_assets.operations.health.check import Seen
from mlops_assets.platform.mlflow.store import explained, open_store
from mlops_assets.platform.settings import VARIABLES, Settings
from mlops_assets.platform.warehouse.reading import reading
from mlops_assets.registry.ledger import last_done_in, unfinished_in
from mlops_assets.registry.ledger_store import TABLE
from mlops_assets.registry.overview import all_models
from mlops_assets.registry.reading import stage_names

TODO = (
    "set the alias back in MLflow, then `mlops-assets promote MODEL VERSION` for the version that "
    "shall serve"
)


def stages(settings: Settings) -> Seen:
    """Each model's alias of production beside the version that serves by the ledger."""
    told = _by_ledger(settings)
    if not told:
        return Seen("the ledger knows no model")
    wrong = [
        f"{name}: version {serves or 'none'} serves, and by the ledger {told[name] or 'none'}"
        for name, serves in _by_alias(settings).items()
        if serves != told.get(name, serves)
    ]
    if wrong:
        return Seen("; ".join(wrong), "unhealthy", TODO)
    return Seen(f"what serves is what the ledger says, in {len(told)} models")


def _by_ledger(settings: Settings) -> dict[str, str]:
    """The version that serves, "" for none; not of a model that is being changed."""
    from sqlalchemy import inspect

    with reading(settings.ledger_url, VARIABLES["ledger_url"]) as connection:
        if not inspect(connection).has_table(TABLE):
            return {}
        changing = {entry.model for entry in unfinished_in(connection)}
        done = last_done_in(connection)
    return {entry.model: entry.serving for entry in done if entry.model not in changing}


def _by_alias(settings: Settings) -> dict[str, str]:
    with explained(settings):
        return {
            model.name: str(model.aliases.get(stage_names(model).production, ""))
            for model in all_models(open_store(settings))
        }
