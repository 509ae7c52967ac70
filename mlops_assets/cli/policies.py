"""`mlops-assets policies` and `variant`: policy versions, and the arms of experiments."""

from typing import Annotated

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json
from mlops_assets.cli.registry import registered_name
from mlops_assets.cli.tables import print_table

HEADINGS = ["policy_version_id", "policy_id", "version", "model", "model version", "stage"]


def policies(
    model: Annotated[
        str,
        typer.Argument(
            help="Only of this model, by its name here or as registered.", metavar="MODEL"
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """List policy versions, each with the registered version that it is and its stage now.

    Example:  mlops-assets policies planner
    """
    from mlops_assets.client import ModelRegistry

    registry = ModelRegistry.from_environment()
    equal = {"mlflow_model_name": registered_name(registry, model)} if model else {}
    found = registry.policy_versions(**equal)
    if as_json:
        print_json(found)
    elif found:
        rows = [
            [
                str(it.id),
                str(it.policy_id),
                str(it.version),
                it.mlflow_model_name,
                it.mlflow_model_version,
                it.stage,
            ]
            for it in found
        ]
        print_table([HEADINGS, *rows])
    else:
        typer.echo("no policy version yet: materialize `policy_version` of a model with `policy`")


def variant(
    experiment: Annotated[str, typer.Argument(help="Name of the experiment.")],
    name: Annotated[str, typer.Argument(help="Name of its arm, such as challenger.")],
    policy_version: Annotated[str, typer.Argument(help="Id of the policy version it tries.")],
    as_json: Json = False,
) -> None:
    """Add an arm to an experiment: a row of `exp.variants`, which never changes.

    Example:  mlops-assets variant january challenger 0c6a2f5e-9f0b-4a55-9d83-5f1f4f0f1c11
    """
    from mlops_assets.client import ModelRegistry

    store = ModelRegistry.from_environment().policies
    row = store.version(policy_version)
    added = store.add_variant(experiment, name, row.id, {})
    if as_json:
        print_json(added)
    else:
        model = f"{row.mlflow_model_name} version {row.mlflow_model_version}"
        typer.echo(f"{added.experiment}: {added.name} tries {model} ({row.id})")
