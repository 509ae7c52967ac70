"""Open the model registry for the assets and the sensor of one model."""

from mlops_assets.platform.settings import Settings
from mlops_assets.registry.registry_writer import Observer, RegistryWriter
from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def registry_of(
    settings: Settings, spec: LifecycleSpec, actor: str = "", observer: Observer | None = None
) -> RegistryWriter:
    """A registry writer for an asset or the sensor of `spec`'s model.

    Assets need no observer: their materialization already shows the change in Dagster.
    """
    return RegistryWriter(settings, actor=actor, spec_of=lambda _: spec, observer=observer)
