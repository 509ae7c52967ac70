"""Read rows from a Python function."""

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
from mlops_assets.plugins import names_registered

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.platform.settings import Settings

ALLOWED = "MLOPS_ASSETS_ALLOWED_NAMES"
OWN_FUNCTIONS = (
    "mlops_assets.simulators.planner.constraint_respect_score",
    "mlops_assets.simulators.planner.plan_alignment_score",
)
"""Functions of this package that its own models name."""


class PythonSource(SourceSpec):
    """Rows returned by a function, for sources that no other type covers.

    The function takes `arguments` by name and returns a DataFrame. If it has an argument `day`, it
    is called with a date for live rows. It must be registered, under the entry point group
    `mlops_assets.functions` of its package or in MLOPS_ASSETS_ALLOWED_NAMES, so that a YAML file
    cannot call arbitrary code.
    """

    type: Literal["python"] = "python"
    function: str = Field(
        pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)+$",
        description="The function, as `package.module.name`.",
    )
    arguments: dict[str, Any] = Field(default_factory=dict, description="Its keyword arguments.")

    @property
    def origin(self) -> str:
        """The function's name, for messages."""
        return f"function {self.function!r}"

    def load(self, settings: Settings) -> pd.DataFrame:
        """The table returned by the function."""
        return self._call(find_function(self.function, settings), self.arguments)

    def load_day(
        self, settings: Settings, day: date, timestamp: str | None, zone: str
    ) -> pd.DataFrame:
        """The table returned for `day` if the function takes it, else the day's rows."""
        function = find_function(self.function, settings)
        if "day" not in inspect.signature(function).parameters:
            return super().load_day(settings, day, timestamp, zone)
        return self._call(function, {**self.arguments, "day": day})

    def knows_days(self, timestamp: str | None) -> bool:
        """Always True: only the function itself could tell, and importing it may be slow."""
        return True

    def _call(self, function: Callable, arguments: dict[str, Any]) -> pd.DataFrame:
        import pandas as pd

        self._require_fitting(function, arguments)
        table = function(**arguments)
        if not isinstance(table, pd.DataFrame):
            raise InputError(
                seen=f"{self.function} returned a {type(table).__name__}",
                expected="a pandas DataFrame",
                todo="return a DataFrame with one row per example",
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


def find_function(dotted: str, settings: Settings) -> Callable:
    """The function named by `dotted`. Raises `InputError` if it is missing or not registered.

    What is not registered is not imported either.
    """
    if dotted not in OWN_FUNCTIONS:
        _require_registered(dotted, {*settings.allowed_names, *names_registered("functions")})
    module_name, _, name = dotted.rpartition(".")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        # An existing module with a missing dependency: its own message explains it best.
        if not f"{module_name}.".startswith(f"{error.name}."):
            raise
        raise _not_found(dotted, f"no module {error.name!r}") from error
    found = getattr(module, name, None)
    if not callable(found):
        hint = nearest(name, [key for key, value in vars(module).items() if callable(value)])
        raise _not_found(dotted, f"no function {name!r} in {module_name}{hint}")
    return found


def _require_registered(dotted: str, registered: set[str]) -> None:
    if dotted not in registered:
        raise InputError(
            seen=f"{dotted} is not a registered function{nearest(dotted, sorted(registered))}",
            expected=f"one of {sorted(registered)}" if registered else "a registered function",
            todo=f"add it to {ALLOWED}, or to the entry points of its package under "
            "`mlops_assets.functions`",
        )


def _not_found(dotted: str, seen: str) -> InputError:
    return InputError(
        seen=seen,
        expected=f"a function {dotted}",
        todo="correct `function` in defs.yaml, or add the function",
    )
