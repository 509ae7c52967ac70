"""What Dagster raises for a defs.yaml that it cannot load, as mistakes of the user's."""

from collections.abc import Iterator
from typing import Any

from dagster import DagsterInvalidDefinitionError
from pydantic import ValidationError

from mlops_assets.errors import CombinedInputError, InputError
from mlops_assets.platform.dagster.private import (
    ComponentFileModel,
    DagsterUnresolvableSymbolError,
    ResolutionException,
)
from mlops_assets.spec.defs_files import EXAMPLE, Files, child, line
from mlops_assets.spec.mistakes import explain
from mlops_assets.spec.paths import locate

REFUSALS = (
    InputError,
    ValidationError,
    ResolutionException,
    DagsterUnresolvableSymbolError,
    DagsterInvalidDefinitionError,
)


def mistakes_of(error: BaseException, files: Files) -> Iterator[InputError]:
    """The mistakes in one of `files` that made loading it raise `error`, one of `REFUSALS`."""
    if isinstance(error, CombinedInputError):
        yield from error.errors
    elif isinstance(error, InputError):
        yield error
    elif isinstance(error, ValidationError):
        yield from (_placed(details) for details in error.errors())
    elif isinstance(error, ResolutionException):
        yield _bad_template(str(error))
    elif isinstance(error, DagsterUnresolvableSymbolError):
        yield from _unknown_types(str(error), files)
    else:
        yield _not_taken(str(error), files)


def raise_all(mistakes: list[InputError]) -> None:
    """Raise the only mistake, or all in one error; nothing if there is none."""
    if mistakes:
        raise mistakes[0] if len(mistakes) == 1 else CombinedInputError(mistakes) from None


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


def _unknown_types(message: str, files: Files) -> Iterator[InputError]:
    """The files whose `type` Dagster could not find."""
    for path, documents in files.items():
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


def _not_taken(message: str, files: Files) -> InputError:
    return InputError(
        seen=f"{', '.join(map(str, files))}: Dagster refuses what it declares: {message}",
        expected="assets, jobs and schedules that Dagster takes",
        todo="correct the file",
    )
