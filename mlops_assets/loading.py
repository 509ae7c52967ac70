"""Load every defs.yaml, and report mistakes with file and line."""

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import ValidationError

from mlops_assets.component import ModelLifecycle
from mlops_assets.errors import CombinedInputError, InputError
from mlops_assets.features.columns import nearest
from mlops_assets.platform.dagster.private import (
    ComponentFileModel,
    ComponentTreeException,
    DagsterUnresolvableSymbolError,
    ResolutionException,
)
from mlops_assets.platform.settings import Settings
from mlops_assets.plugins import names_registered
from mlops_assets.spec.defs_files import EXAMPLE, child, defs_files, line
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.mistakes import explain
from mlops_assets.spec.model_names import require_distinct_names
from mlops_assets.spec.named_objects import require_registered
from mlops_assets.spec.paths import locate

ORIGIN = "dagster/component_origin"
# What Dagster raises for a defs.yaml that it cannot load.
REFUSALS = (ComponentTreeException, DagsterUnresolvableSymbolError, ValidationError)


def load_models(package: Path) -> dg.Definitions:
    """Load the folder `defs` of the package. Raises `InputError` for an invalid defs.yaml."""
    return _loaded(package, _with_assets)


def load_specs(package: Path) -> dg.Definitions:
    """The same without assets, jobs and sensors, in a fifth of the time: for `specs`."""
    return _loaded(package, _components_alone)


def _loaded(package: Path, load: Callable[[Path], dg.Definitions]) -> dg.Definitions:
    folder = package / "defs"
    files, allowed = defs_files(folder), Settings.from_environment().allowed_names
    require_registered(files, {*allowed, *names_registered("components")})
    require_distinct_names(files)
    if all(path.name == "__init__.py" for path in _definitions(folder)):
        return dg.Definitions()  # Dagster fails on an empty folder
    try:
        return load(package)
    except REFUSALS as error:
        if mistakes := list(_mistakes(error, folder)):
            raise mistakes[0] if len(mistakes) == 1 else CombinedInputError(mistakes) from None
        raise


def _with_assets(package: Path) -> dg.Definitions:
    return _without_origin(dg.load_from_defs_folder(path_within_project=package))


def _components_alone(package: Path) -> dg.Definitions:
    tree = dg.ComponentTree.for_project(package)
    tree.get_all_components(of_type=ModelLifecycle)  # here, where its mistakes are reported
    return dg.Definitions(component_tree=tree)


def _without_origin(loaded: dg.Definitions) -> dg.Definitions:
    """Without the name of the component class, which Dagster shows in the panel of each asset."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return loaded.map_asset_specs(func=_spec_without_origin)


def _spec_without_origin(spec: dg.AssetSpec) -> dg.AssetSpec:
    kept = {name: value for name, value in spec.metadata.items() if name != ORIGIN}
    return spec.replace_attributes(metadata=kept)


def _definitions(folder: Path) -> Iterator[Path]:
    return (path for ending in ("*.yaml", "*.yml", "*.py") for path in folder.rglob(ending))


def specs(loaded: dg.Definitions) -> dict[str, LifecycleSpec]:
    """The spec of each loaded model, by name."""
    tree = loaded.component_tree
    components = tree.get_all_components(of_type=ModelLifecycle) if tree else []
    return {component.spec.name: component.spec for component in components}


def spec_of(loaded: dg.Definitions, model: str) -> LifecycleSpec:
    """The spec of `model`. Raises `InputError` with the existing models if there is none."""
    by_name = specs(loaded)
    if model in by_name:
        return by_name[model]
    raise InputError(
        seen=f"no model {model!r} among {sorted(by_name)}{nearest(model, list(by_name))}",
        expected="the name of a model under mlops_assets/defs",
        todo="correct the name, or create the model with `mlops-assets new`",
    )


def _mistakes(error: BaseException, folder: Path) -> Iterator[InputError]:
    """The user's mistakes, as far as the error or its cause tells."""
    cause = error.__cause__ if isinstance(error, ComponentTreeException) else error
    if isinstance(cause, InputError):
        yield cause
    elif isinstance(cause, ValidationError):
        yield from (_placed(details) for details in cause.errors())
    elif isinstance(cause, ResolutionException):
        yield _bad_template(str(cause))
    elif isinstance(cause, DagsterUnresolvableSymbolError):
        yield from _unknown_types(str(cause), folder)


def _placed(details: Any) -> InputError:
    """A mistake with its file and line, which Dagster appends to the first part of `loc`."""
    key, _, place = str(details["loc"][0]).rpartition(" at ")
    error = details.get("ctx", {}).get("error")
    if not isinstance(error, InputError):  # around `attributes`, where the keys are Dagster's
        explained = explain(details, locate(key.split(".") if key else (), ComponentFileModel))
        error = InputError(seen=explained.seen, expected=EXAMPLE, todo=explained.todo)
    return InputError(seen=f"{place}: {error.seen}", expected=error.expected, todo=error.todo)


def _bad_template(message: str) -> InputError:
    place, _, rest = message.partition(" - ")
    return InputError(
        seen=f"{place}: a template cannot be resolved: {rest.strip().splitlines()[-1]}",
        expected="text, or a template such as {{ env.NAME }}",
        todo="correct the template",
    )


def _unknown_types(message: str, folder: Path) -> Iterator[InputError]:
    """The files whose `type` Dagster could not find."""
    for path, documents in defs_files(folder).items():
        for document in documents:
            node = child(document, "type")
            module, _, name = str(node.value if node else "").rpartition(".")
            if (
                node
                and f"`{module}`" in message
                and (f"`{name}`" in message or "not found" in message)
            ):
                yield InputError(
                    seen=f"{path}:{line(node)}: `type` is {node.value!r}: {message.strip('. ')}",
                    expected="mlops_assets.component.ModelLifecycle, or another component",
                    todo="correct this line",
                )
