"""Discover the data sources: each module in this folder can define one."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import TYPE_CHECKING, Annotated, Union

from pydantic import Field

from mlops_assets.data.sources.base import SourceSpec


def source_types() -> tuple[type[SourceSpec], ...]:
    """The concrete source classes defined by the modules of this folder, by module name."""
    found: list[type[SourceSpec]] = []
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{__name__}.{info.name}")
        found += [cls for cls in vars(module).values() if _is_defined_in(cls, module.__name__)]
    return tuple(found)


def _is_defined_in(value: object, module: str) -> bool:
    is_source = inspect.isclass(value) and issubclass(value, SourceSpec)
    return is_source and value.__module__ == module and not inspect.isabstract(value)


if TYPE_CHECKING:
    Source = SourceSpec
else:
    Source = Annotated[Union[source_types()], Field(discriminator="type")]  # noqa: UP007
