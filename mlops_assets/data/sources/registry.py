"""The data sources there are: those of this folder, and those of other packages."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from inspect import isabstract
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Annotated, Any, Union

from pydantic import Field

from mlops_assets.data.sources.base import SourceSpec
from mlops_assets.errors import InputError
from mlops_assets.plugins import types_of, with_plugins


def source_types() -> tuple[type[SourceSpec], ...]:
    """The concrete source classes of the modules of this folder, then of other packages.

    Raises `InputError` for what another package registers and is no source.
    """
    return tuple(dict.fromkeys(with_plugins("sources", _own(), _types).values()))


def _own() -> Iterator[type[SourceSpec]]:
    for info in sorted(iter_modules([str(Path(__file__).parent)]), key=lambda info: info.name):
        module = import_module(f"{__package__}.{info.name}")
        defined = [it for it in vars(module).values() if _is_source(it)]
        yield from (source for source in defined if source.__module__ == module.__name__)


def _is_source(thing: Any) -> bool:
    return isinstance(thing, type) and issubclass(thing, SourceSpec) and not isabstract(thing)


def _types(thing: Any) -> tuple[str, ...]:
    if not _is_source(thing) or not types_of(thing):
        raise InputError(
            seen=f"{thing!r} is no source",
            expected="a subclass of mlops_assets.data.sources.base.SourceSpec with a literal "
            "`type`, `origin` and `load`",
            todo="complete it",
        )
    return types_of(thing)


if TYPE_CHECKING:
    Source = SourceSpec
else:
    Source = Annotated[Union[source_types()], Field(discriminator="type")]  # noqa: UP007
