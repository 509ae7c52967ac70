"""What determined a fit, kept with its MLflow run so that it can be repeated later."""

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from mlops_assets.claims import Claim
from mlops_assets.errors import InputError
from mlops_assets.kinds.registry import packages_of
from mlops_assets.platform.lake import newest_file
from mlops_assets.registry.reproduce.comparison import Surroundings
from mlops_assets.registry.reproduce.kept_code import keep_code
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

if TYPE_CHECKING:
    from mlflow import MlflowClient

FILE = "training.json"


class RecordedTraining(BaseModel):
    """The artifact `training.json` of a `trained_model` run.

    `spec` has every field of defs.yaml that determined the fit (`LifecycleSpec.training`).
    `features_file` and `code_file` are the feature table and the code below LAKE_URL; the latter
    is empty if the code was not kept. `packages` are those that the model itself names.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    spec: dict
    features_file: str
    code_file: str = ""
    surroundings: Surroundings
    packages: tuple[str, ...] = ()
    claims: list[Claim] = Field(default=[], description="What the kind checked about its fit.")

    @classmethod
    def of(cls, spec: LifecycleSpec, claims: list[Claim]) -> "RecordedTraining":
        """The record of a fit of `spec` on the newest features, in this process."""
        return cls(
            spec=spec.training(),
            features_file=newest_file([spec.name, "features"]),
            code_file=keep_code(spec.model.type, packages_of(spec.model)),
            packages=packages_of(spec.model),
            surroundings=Surroundings.here(spec.model.type, packages=packages_of(spec.model)),
            claims=claims,
        )


def read_training(client: "MlflowClient", model_id: str) -> RecordedTraining:
    """The record of the run that fitted the logged model `m-…`.

    Raises `InputError` if the model or the record is missing.
    """
    from mlflow.artifacts import load_text
    from mlflow.exceptions import MlflowException

    try:
        run_id = client.get_logged_model(model_id).source_run_id or ""
        there = bool(run_id) and FILE in [it.path for it in client.list_artifacts(run_id)]
    except MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise
        raise InputError(
            seen=f"MLflow no longer has the model {model_id} or the run that fitted it",
            expected="the logged model and its run",
            todo="restore them from a backup: mlops-assets restore",
        ) from error
    if not there:
        raise InputError(
            seen=f"the run {run_id or 'of ' + model_id} has no {FILE}",
            expected="a model fitted by the asset trained_model, with a record of its data "
            "and parameters",
            todo="retrain the model: versions from now on can be reproduced",
        )
    return RecordedTraining.model_validate_json(load_text(f"runs:/{run_id}/{FILE}"))
