"""The names of models in the registry, for the commands on versions."""

from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings

if TYPE_CHECKING:
    from mlops_assets.client import ModelRegistry


def names_in_defs(settings: Settings) -> dict[str, str]:
    """The registered name of each model of this project, by its name in defs.yaml."""
    from mlops_assets.spec.model_names import registered_names

    return registered_names(settings.defs)


def registered_name(registry: "ModelRegistry", given: str) -> str:
    """The registered name of the model that the user calls `given`.

    A registered name takes precedence over one in defs.yaml. Raises `InputError` if it is neither.
    """
    from mlops_assets.features.columns import nearest

    if _exists(registry, given):
        return given
    known = names_in_defs(registry.settings)
    if given in known and _exists(registry, known[given]):
        return known[given]
    if given in known:
        raise InputError(
            seen=f"{given} has no version in the registry yet",
            expected="a model that was retrained",
            todo=f"run `mlops-assets retrain {given}`",
        )
    raise InputError(
        seen=f"no model {given!r} in the registry or in defs.yaml{nearest(given, list(known))}",
        expected="the name of a model",
        todo="see `mlops-assets models`",
    )


def _exists(registry: "ModelRegistry", name: str) -> bool:
    from mlops_assets.platform.mlflow.store import explained

    with explained(registry.settings):
        from mlflow.exceptions import MlflowException

        client = registry.client
        try:
            client.get_registered_model(name)
        except MlflowException as error:
            if error.error_code not in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                raise
            return False
        return True
