"""Load every defs.yaml, and say in a few lines which line of which file is wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from dagster.components.core.component_tree import ComponentTreeException
from dagster.components.core.defs_module import ComponentFileModel
from dagster.components.resolved.errors import ResolutionException
from dagster_shared.error import DagsterUnresolvableSymbolError
from pydantic import ValidationError

from mlops_assets.component import ModelLifecycle
from mlops_assets.errors import CombinedInputError, InputError
from mlops_assets.features.columns import nearest
from mlops_assets.spec.defs_files import EXAMPLE, child, documents, line
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.mistakes import explain
from mlops_assets.spec.model_names import require_distinct_names
from mlops_assets.spec.paths import locate

# What Dagster raises for a defs.yaml that it cannot load, besides its own mistakes.
REFUSALS = (ComponentTreeException, DagsterUnresolvableSymbolError, ValidationError)


def load_models(package: Path) -> dg.Definitions:
    """What the folder `defs` of the package defines. Raises `InputError` for a bad defs.yaml."""
    folder = package / "defs"
    require_distinct_names(folder)
    if not any(folder.rglob("*.yaml")) and not any(folder.rglob("*.py")):
        return dg.Definitions()  # Dagster fails on a folder without anything
    try:
        return dg.load_from_defs_folder(path_within_project=package)
    except REFUSALS as error:
        if mistakes := list(_mistakes(error, folder)):
            raise mistakes[0] if len(mistakes) == 1 else CombinedInputError(mistakes) from None
        raise


def specs(loaded: dg.Definitions) -> dict[str, LifecycleSpec]:
    """What the defs.yaml of each loaded model says, by the model's name."""
    tree = loaded.component_tree
    components = tree.get_all_components(of_type=ModelLifecycle) if tree else []
    return {component.spec.name: component.spec for component in components}


def spec_of(loaded: dg.Definitions, model: str) -> LifecycleSpec:
    """The spec of `model`. Raises `InputError` that names the models there are."""
    known = specs(loaded)
    if model in known:
        return known[model]
    raise InputError(
        seen=f"no model {model!r} among {sorted(known)}{nearest(model, list(known))}",
        expected="the name of a model under mlops_assets/defs",
        todo="correct the name, or make the model with `mlops-assets new`",
    )


def _mistakes(error: BaseException, folder: Path) -> Iterator[InputError]:
    """What the user did wrong, if the error or one that it comes from tells."""
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
    """A mistake with its file and line, which Dagster has put into the name of its place."""
    key, _, place = str(details["loc"][0]).rpartition(" at ")
    error = details.get("ctx", {}).get("error")
    if not isinstance(error, InputError):  # around `attributes`, where the keys are Dagster's
        said = explain(details, locate(key.split(".") if key else (), ComponentFileModel))
        error = InputError(seen=said.seen, expected=EXAMPLE, todo=said.todo)
    return InputError(seen=f"{place}: {error.seen}", expected=error.expected, todo=error.todo)


def _bad_template(said: str) -> InputError:
    place, _, rest = said.partition(" - ")
    return InputError(
        seen=f"{place}: a template cannot be filled in: {rest.strip().splitlines()[-1]}",
        expected="text, or a template such as {{ env.NAME }}",
        todo="correct the template",
    )


def _unknown_types(said: str, folder: Path) -> Iterator[InputError]:
    """The files whose `type` is the one that Dagster could not find."""
    for path in sorted(folder.rglob("defs.yaml")):
        for document in documents(path):
            node = child(document, "type")
            module, _, name = str(node.value if node else "").rpartition(".")
            if node and f"`{module}`" in said and (f"`{name}`" in said or "not found" in said):
                yield InputError(
                    seen=f"{path}:{line(node)}: `type` is {node.value!r}: {said.strip('. ')}",
                    expected="mlops_assets.component.ModelLifecycle, or another component",
                    todo="correct this line",
                )
