"""Which version a model should answer with: what serves, else what was trained last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.registry.what_serves import serving_number
from mlops_assets.serving.served_model import Version
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

if TYPE_CHECKING:
    from mlflow import MlflowClient

PAGE = 1_000


def wanted(client: MlflowClient, spec: LifecycleSpec, number: str | None) -> Version:
    """The production version `number`, or the model of the newest finished run without one.

    Raises `InputError` if there is neither.
    """
    if number is not None:
        found = client.get_model_version(spec.registered_name, number)
        return Version(number, "registry", model_id_of(found))
    return _newest_run(client, spec)


def production_numbers(client: MlflowClient) -> dict[str, str]:
    """The production version of each registered model that has one: one query for all."""
    numbers: dict[str, str] = {}
    token = None
    while True:
        page = client.search_registered_models(max_results=PAGE, page_token=token)
        numbers |= {it.name: number for it in page if (number := serving_number(it)) is not None}
        if not (token := page.token):
            return numbers


def _newest_run(client: MlflowClient, spec: LifecycleSpec) -> Version:
    experiment = client.get_experiment_by_name(spec.experiment)
    found = (
        client.search_runs(
            [experiment.experiment_id],
            f"attributes.run_name = 'trained_model' and attributes.status = 'FINISHED' "
            f"and tags.model = '{spec.name}'",
            order_by=["attributes.start_time DESC"],
            max_results=1,
        )
        if experiment
        else []
    )
    model_id = found[0].data.tags.get("model_id") if found else None
    if not model_id:
        raise InputError(
            seen=f"{spec.name} has no version in production and no finished training run",
            expected="a trained model",
            todo=f"run `mlops-assets retrain {spec.name}`",
        )
    return Version(found[0].info.run_id[:8], "run", model_id)
