"""Build a scikit-learn estimator, and nothing else, from a dotted name and parameters in YAML."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeGuard

from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest
from mlops_assets.tasks.base import Task
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

EXAMPLE = "such as sklearn.ensemble.RandomForestClassifier"
NOT_PUBLIC = re.compile(r"_|$|(tests?|testing|conftest|externals)$|test_")
"""Parts of a dotted name: private, a package's own tests, or what it has copied of others."""


def build(
    dotted: str, params: dict[str, Any], task: Task, *, allowed_prefixes: tuple[str, ...]
) -> BaseEstimator:
    """An unfitted estimator for the task; to rank rows, of either sort. Raises `InputError`.

    Only classifier and regressor classes of public modules under `allowed_prefixes` are
    instantiated.
    """
    found = estimator_class(dotted, allowed_prefixes)
    _require_task(dotted, found, task)
    _require_params(dotted, found, params)
    arguments = {name: _value(value, task, allowed_prefixes) for name, value in params.items()}
    return found(**arguments)


def estimator_class(dotted: str, allowed_prefixes: tuple[str, ...]) -> type[BaseEstimator]:
    """The class named by `dotted`. Raises `InputError` unless it is a concrete estimator class.

    Nothing is imported outside of the public modules under `allowed_prefixes`.
    """
    _require_prefix(dotted, allowed_prefixes)
    _require_public(dotted)
    module_name, _, class_name = dotted.rpartition(".")
    found = _attribute(_module(module_name, dotted), class_name, dotted)
    if not is_estimator_class(found):
        raise InputError(
            seen=f"{dotted!r} is not a classifier or regressor class",
            expected=f"the class of a classifier or regressor, {EXAMPLE}",
            todo="correct `estimator` in defs.yaml",
        )
    return found


def is_estimator_class(thing: object) -> TypeGuard[type[BaseEstimator]]:
    """True for a concrete scikit-learn classifier or regressor class."""
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

    if not isinstance(thing, type) or inspect.isabstract(thing):
        return False
    predicts = issubclass(thing, ClassifierMixin) or issubclass(thing, RegressorMixin)
    return predicts and issubclass(thing, BaseEstimator) and hasattr(thing, "predict")


def params_of(found: type[BaseEstimator]) -> dict[str, inspect.Parameter]:
    """The parameters of the class, by name."""
    return dict(inspect.signature(found).parameters)


def require_known(name: str, known: list[str], dotted: str, where: str) -> None:
    """Raise `InputError`, suggesting the nearest name, unless `name` is in `known`."""
    if name not in known:
        raise InputError(
            seen=f"{where} names {name!r}, not a parameter of {dotted}{nearest(name, known)}",
            expected=f"one of {sorted(known)}",
            todo=f"correct the name under `{where}` in defs.yaml",
        )


def _require_prefix(dotted: str, allowed_prefixes: tuple[str, ...]) -> None:
    if not dotted.startswith(tuple(f"{it.rstrip('.')}." for it in allowed_prefixes if it)):
        raise InputError(
            seen=f"estimator {dotted!r} is outside the allowed prefixes",
            expected=f"a name that starts with one of {list(allowed_prefixes)}",
            todo=f"use an estimator there, {EXAMPLE}, or extend MLOPS_ASSETS_ALLOWED_PREFIXES",
        )


def _require_public(dotted: str) -> None:
    hidden = [part for part in dotted.split(".") if NOT_PUBLIC.match(part)]
    if hidden:
        raise InputError(
            seen=f"estimator {dotted!r}: {hidden[0]!r} is not part of what the package offers",
            expected=f"a classifier or regressor of a public module, {EXAMPLE}",
            todo="name the class as the package's documentation does",
        )


def _module(name: str, dotted: str) -> ModuleType:
    try:
        return import_module(name)
    except ImportError as error:
        raise InputError(
            seen=f"estimator {dotted!r}: {error}{nearest(name, _sibling_modules(name))}",
            expected=f"an estimator that can be imported, {EXAMPLE}",
            todo="correct `estimator` in defs.yaml, or install the package",
        ) from error


def _sibling_modules(name: str) -> list[str]:
    parent = name.rpartition(".")[0]
    try:
        found = import_module(parent) if parent else None
    except ImportError:
        return []
    return [f"{parent}.{sibling}" for sibling in dir(found) if not sibling.startswith("_")]


def _attribute(module: ModuleType, name: str, dotted: str) -> object:
    try:
        return getattr(module, name)
    except (AttributeError, ImportError) as error:  # experimental classes raise ImportError
        classes = [name for name, thing in vars(module).items() if is_estimator_class(thing)]
        raise InputError(
            seen=f"estimator {dotted!r}: {module.__name__} has no {name!r}{nearest(name, classes)}",
            expected=f"one of {classes}" if classes else f"an estimator class, {EXAMPLE}",
            todo="correct `estimator` in defs.yaml",
        ) from error


def _require_task(dotted: str, found: type[BaseEstimator], task: Task) -> None:
    from sklearn.base import ClassifierMixin, RegressorMixin

    fitting = {CLASSIFICATION: ClassifierMixin, REGRESSION: RegressorMixin}
    if task in fitting and not issubclass(found, fitting[task]):
        does = next(it for it, mixin in fitting.items() if issubclass(found, mixin))
        raise InputError(
            seen=f"{dotted} is for {does}, and the task is {task}",
            expected=f"an estimator for {task}",
            todo=f"choose another estimator, or set `task: {does}` in defs.yaml",
        )


def _require_params(dotted: str, found: type[BaseEstimator], params: dict[str, Any]) -> None:
    known = params_of(found)
    if not any(p.kind is p.VAR_KEYWORD for p in known.values()):
        for name in params:
            require_known(name, list(known), dotted, "params")
    absent = [n for n, p in known.items() if n not in params and _is_required(p)]
    if absent:
        raise InputError(
            seen=f"{dotted} requires {absent}, which `params` does not set",
            expected=f"a value for each of {absent}",
            todo="add it under `params`; write an estimator as {estimator: sklearn.…, params: {…}}",
        )


def _is_required(parameter: inspect.Parameter) -> bool:
    named = parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    return named and parameter.default is parameter.empty


def _value(value: Any, task: Task, allowed_prefixes: tuple[str, ...]) -> Any:
    """The value itself, or the estimators it describes (VotingClassifier takes a list of them)."""
    if isinstance(value, list):
        return [_value(item, task, allowed_prefixes) for item in value]
    if _is_nested(value):
        nested = value.get("params", {})
        return build(value["estimator"], nested, task, allowed_prefixes=allowed_prefixes)
    return value


def _is_nested(value: Any) -> bool:
    if not isinstance(value, dict) or not value.keys() <= {"estimator", "params"}:
        return False
    return isinstance(value.get("estimator"), str) and isinstance(value.get("params", {}), dict)
