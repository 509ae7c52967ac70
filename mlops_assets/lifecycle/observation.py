"""Shows in Dagster what was changed on the command line or from Python."""

import logging

import dagster as dg
from dagster_shared.check import CheckError

from mlops_assets.errors import InputError
from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.ledger import Entry
from mlops_assets.spec.model_names import registered_names

LOG = logging.getLogger(__name__)


def observe(instance: dg.DagsterInstance, model: str, change: Entry) -> None:
    """Report a finished change as an observation of an asset of `model` (its name in defs.yaml).

    Of `production_version` where another version serves since, of `registered_version` where not.
    It is no materialization: the value that the asset stored is of the time when it ran.
    """
    another = change.serving != change.expected
    key = dg.AssetKey([model, "production_version" if another else "registered_version"])
    facts = {
        "change": change.action,
        "version": change.version,
        "stage": f"{change.from_stage} → {change.to_stage or 'removed'}",
        "serves": change.serving or "none",
        "served_before": change.expected or "none",
        "who": change.actor,
        "why": change.reason,
        "forced": change.forced,
    }
    seen = dg.AssetObservation(key, description=change.line(), metadata=facts)
    instance.report_runless_asset_event(seen)


def observe_outside(settings: Settings, change: Entry) -> None:
    """The same in the Dagster instance of the settings, where defs.yaml has the model.

    A store that cannot be opened is a warning: the change is done.
    """
    from sqlalchemy.exc import SQLAlchemyError

    # Of a defs.yaml or dagster.yaml with a mistake, of Dagster, its database or the disk.
    away = (InputError, CheckError, dg.DagsterError, SQLAlchemyError, OSError)
    try:
        named = registered_names(settings.project_root / "mlops_assets" / "defs")
        for model, registered in named.items():
            if registered == change.model:
                with open_instance(settings) as instance:
                    observe(instance, model, change)
    except away as error:
        LOG.warning("the change is done, but Dagster could not be told: %s", error)
