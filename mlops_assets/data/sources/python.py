"""Rows from a Python function."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from mlops_assets.data.sources.base import SourceSpec
from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.platform.settings import Settings


class PythonSource(SourceSpec):
    """What a function returns: for sources that no other type covers.

    The function takes `arguments` by name and returns a DataFrame; live rows are asked for with
    the argument `day`, a date, where it has one. It must be defined under an
    allowed prefix (MLOPS_ASSETS_ALLOWED_PREFIXES), so that a YAML file cannot call anything.
    """

    type: Literal["python"] = "python"
    function: str = Field(
        pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$", description="`package.module.name`."
    )
    arguments: dict[str, Any] = Field(default_factory=dict, description="Arguments by name.")

    @property
    def origin(self) -> str:
        """The function's name, for messages."""
        return f"function {self.function!r}"

    def load(self, settings: Settings) -> pd.DataFrame:
        """What the function returns."""
        return self._call(find_function(self.function, settings.allowed_prefixes), self.arguments)

    def load_day(
        self, settings: Settings, day: date, timestamp: str | None, zone: str
    ) -> pd.DataFrame:
        """What the function returns for `day`, where it takes one; else the day's rows."""
        function = find_function(self.function, settings.allowed_prefixes)
        if "day" not in inspect.signature(function).parameters:
            return super().load_day(settings, day, timestamp, zone)
        return self._call(function, {**self.arguments, "day": day})

    def knows_days(self, timestamp: str | None) -> bool:
        """Only the function itself can say, and importing it may be slow."""
        return True

    def _call(self, function: Callable, arguments: dict[str, Any]) -> pd.DataFrame:
        import pandas as pd

        self._require_fitting(function, arguments)
        table = function(**arguments)
        if not isinstance(table, pd.DataFrame):
            raise InputError(
                seen=f"{self.function} returned a {type(table).__name__}",
                expected="a pandas DataFrame",
                todo="return a DataFrame with one row for each example",
            )
        return table

    def _require_fitting(self, function: Callable, arguments: dict[str, Any]) -> None:
        try:
            inspect.signature(function).bind(**arguments)
        except TypeError as error:
            raise InputError(
                seen=f"{self.function} cannot be called with {sorted(arguments)}: {error}",
                expected=f"the arguments {inspect.signature(function)}",
                todo="correct `arguments` in defs.yaml",
            ) from error


def find_function(dotted: str, allowed_prefixes: tuple[str, ...]) -> Callable:
    """The function that `dotted` names. Raises `InputError` if it is not there or not allowed."""
    _require_allowed(dotted, dotted, allowed_prefixes)
    module_name, _, name = dotted.rpartition(".")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        # A module that is there but needs one that is not: its own message says it best.
        if not f"{module_name}.".startswith(f"{error.name}."):
            raise
        raise _not_found(dotted, f"no module {error.name!r}") from error
    found = getattr(module, name, None)
    if not callable(found):
        hint = nearest(name, [key for key, value in vars(module).items() if callable(value)])
        raise _not_found(dotted, f"no function {name!r} in {module_name}{hint}")
    # A name that an allowed module merely imported is not allowed with it.
    _require_allowed(dotted, f"{getattr(found, '__module__', module_name)}.", allowed_prefixes)
    return found


def _require_allowed(dotted: str, defined: str, allowed_prefixes: tuple[str, ...]) -> None:
    if not defined.startswith(tuple(prefix.rstrip(".") + "." for prefix in allowed_prefixes)):
        raise InputError(
            seen=f"{dotted} is not under an allowed prefix",
            expected=f"a function defined under one of {list(allowed_prefixes)}",
            todo="move the function there, or add its package to MLOPS_ASSETS_ALLOWED_PREFIXES",
        )


def _not_found(dotted: str, seen: str) -> InputError:
    return InputError(
        seen=seen,
        expected=f"a function {dotted}",
        todo="correct `function` in defs.yaml, or add the function",
    )
