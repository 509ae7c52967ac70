"""The registry as the assets of one model see it."""

from mlops_assets.platform.settings import Settings
from mlops_assets.registry.registry_writer import Observer, RegistryWriter
from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def registry_of(
    settings: Settings, spec: LifecycleSpec, actor: str = "", observer: Observer | None = None
) -> RegistryWriter:
    """The registry, for an asset or the sensor of the model of `spec`.

    Assets need no observer: Dagster sees their changes as their materialization.
    """
    return RegistryWriter(settings, actor=actor, spec_of=lambda _: spec, observer=observer)
