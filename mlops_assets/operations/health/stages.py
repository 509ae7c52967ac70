"""Check production aliases against the ledger: an alias set manually bypasses the gates."""

from mlops_assets.operations.health.check import Seen
from mlops_assets.platform.mlflow.store import explained, open_store
from mlops_assets.platform.settings import VARIABLES, Settings
from mlops_assets.platform.warehouse.reading import reading
from mlops_assets.registry.ledger import last_done_in, unfinished_in
from mlops_assets.registry.ledger_store import TABLE
from mlops_assets.registry.overview import all_models
from mlops_assets.registry.reading import stage_names

TODO = (
    "set the alias back in MLflow, then run `mlops-assets promote MODEL VERSION` for the version "
    "that should be in production"
)


def stages(settings: Settings) -> Seen:
    """Compare each model's production alias with the production version in the ledger."""
    recorded = _by_ledger(settings)
    if not recorded:
        return Seen("the ledger has no models")
    wrong = [
        f"{name}: version {version or 'none'} is in production, but {recorded[name] or 'none'} "
        "according to the ledger"
        for name, version in _by_alias(settings).items()
        if version != recorded.get(name, version)
    ]
    if wrong:
        return Seen("; ".join(wrong), "unhealthy", TODO)
    return Seen(f"production versions match the ledger, in {len(recorded)} models")


def _by_ledger(settings: Settings) -> dict[str, str]:
    """The production version of each model, "" for none, except models with an open change."""
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
