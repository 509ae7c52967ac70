"""`mlops-assets versions MODEL`: the versions of a model, newest first."""

import json
from dataclasses import asdict

import typer

from mlops_assets.cli.options import Json, Limit, Model
from mlops_assets.cli.registry import registered_name
from mlops_assets.cli.tables import print_table

HEADINGS = ["version", "stage", "created", "verdict", "headline metric", "data", "why"]


def versions(model: Model, limit: Limit = None, as_json: Json = False) -> None:
    """List the versions of a model with stage, verdict, metric and data, newest first.

    Example:  mlops-assets versions heart_disease --limit 10
    """
    from mlops_assets.cli.models import headline
    from mlops_assets.client import ModelRegistry

    registry = ModelRegistry.from_environment()
    found = registry.list_versions(registered_name(registry, model), limit=limit)
    if as_json:
        typer.echo(json.dumps([asdict(it) for it in found], indent=2))
        return
    rows = [
        [
            it.version,
            it.called + (" (forced)" if it.forced else ""),
            it.created[:16].replace("T", " "),
            it.verdict or "-",
            headline(it),
            it.dataset_version or "-",
            " ".join(it.reason.split()),
        ]
        for it in found
    ]
    print_table([HEADINGS, *rows])
