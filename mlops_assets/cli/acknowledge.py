"""`mlops-assets acknowledge`: confirm that someone has seen the outcome of a drift episode."""

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json, ModelInDefs
from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings


def acknowledge(
    model: ModelInDefs,
    as_json: Json = False,
) -> None:
    """End the open episode of a model, so that later drift can start a retrain again.

    For an episode that is escalated (its retrains failed) or latched (its retrain changed nothing).

    Example:  mlops-assets acknowledge heart_disease
    """
    from mlops_assets.client import ModelRegistry
    from mlops_assets.definitions import declared
    from mlops_assets.loading import spec_of
    from mlops_assets.platform.dagster.home import open_instance
    from mlops_assets.retraining.reading import read_loop_state

    settings = Settings.from_environment()
    spec = spec_of(declared(model), model)
    registry = ModelRegistry(settings).of(spec.registered_name)
    with open_instance(settings) as instance:
        last = read_loop_state(instance, registry, spec).last
    if last is None or last.outcome == "running":
        raise InputError(
            seen=f"no retrain of {model} has ended since its production version was promoted",
            expected="an episode that is escalated or latched",
            todo=f"look at {model}_drift_sensor in the Dagster UI",
        )
    registry.acknowledge(last.episode)
    if as_json:
        print_json({"model": model, "acknowledged": last})
        return
    typer.echo(f"{model}: acknowledged {last} ({last.outcome}). Later drift can start another.")
