"""The data sources there are: those of this folder, and those of other packages."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Field

from mlops_assets.data.sources.base import SourceSpec
from mlops_assets.errors import InputError
from mlops_assets.plugins import plugins


def source_types() -> tuple[type[SourceSpec], ...]:
    """The concrete source classes of the modules of this folder, then of other packages.

    Raises `InputError` for what another package registers and is no source.
    """
    found: list[type[SourceSpec]] = []
    here = str(Path(__file__).parent)
    for info in sorted(pkgutil.iter_modules([here]), key=lambda info: info.name):
        module = importlib.import_module(f"{__package__}.{info.name}")
        found += [cls for cls in vars(module).values() if _is_defined_in(cls, module.__name__)]
    return (*found, *map(_required, plugins("sources")))


def _required(value: Any) -> type[SourceSpec]:
    if inspect.isclass(value) and issubclass(value, SourceSpec) and not inspect.isabstract(value):
        return value
    raise InputError(
        seen=f"{value!r}, registered as a source, is none",
        expected="a subclass of mlops_assets.data.sources.base.SourceSpec with `origin` and `load`",
        todo="correct its package, or uninstall it",
    )


def _is_defined_in(value: object, module: str) -> bool:
    is_source = inspect.isclass(value) and issubclass(value, SourceSpec)
    return is_source and value.__module__ == module and not inspect.isabstract(value)


if TYPE_CHECKING:
    Source = SourceSpec
else:
    Source = Annotated[Union[source_types()], Field(discriminator="type")]  # noqa: UP007
