"""Report registry changes made outside Dagster (CLI or Python) as asset observations."""

import dagster as dg

from mlops_assets.errors import InputError, logger
from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.dagster.private import CheckError
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.ledger import Entry
from mlops_assets.spec.model_names import registered_names

LOG = logger(__name__)


def observe(instance: dg.DagsterInstance, model: str, change: Entry) -> None:
    """Report a completed change as an observation of an asset of `model` (its name in defs.yaml).

    The asset is `production_version` if the change replaced the serving version, otherwise
    `registered_version`. It is not a materialization, because the stored value does not change.
    """
    replaced = change.serving != change.expected
    key = dg.AssetKey([model, "production_version" if replaced else "registered_version"])
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
    observation = dg.AssetObservation(key, description=change.line(), metadata=facts)
    instance.report_runless_asset_event(observation)


def observe_outside(settings: Settings, change: Entry) -> None:
    """Observe the change in the configured Dagster instance, if a defs.yaml defines the model.

    If the instance cannot be opened, only warn: the change itself has been made.
    """
    from sqlalchemy.exc import SQLAlchemyError

    # Raised by an invalid defs.yaml or dagster.yaml, by Dagster, its database or the disk.
    unavailable = (InputError, CheckError, dg.DagsterError, SQLAlchemyError, OSError)
    try:
        names = registered_names(settings.defs)
        for model, registered in names.items():
            if registered == change.model:
                with open_instance(settings) as instance:
                    observe(instance, model, change)
    except unavailable as error:
        LOG.warning("the change was made, but could not be reported to Dagster: %s", error)
