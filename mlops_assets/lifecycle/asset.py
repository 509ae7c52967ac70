"""Declare the assets of a lifecycle: keys, partitions, checks and links to the source."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType

import dagster as dg

from mlops_assets.lifecycle.checks import check_specs
from mlops_assets.lifecycle.partitions import days, pool, with_signature
from mlops_assets.lifecycle.run_resources import resource_tags
from mlops_assets.platform.settings import Settings
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.monitoring import AS_OF_TAG, newest_complete_day

DECLARED: ContextVar[dg.LocalFileCodeReference | None] = ContextVar("declared", default=None)
"""The place of the model that is being built."""
NO_WARNINGS: Mapping[str, str] = MappingProxyType({})


def lifecycle_asset(
    spec: LifecycleSpec,
    *,
    reads: Iterable[str] = (),
    after: Iterable[str] = (),
    kinds: set[str],
    warns: Mapping[str, str] = NO_WARNINGS,
    daily: bool = False,
    priority: int = 0,
) -> Callable[[Callable], dg.AssetsDefinition]:
    """Declare an asset of `spec`'s model that reads the assets named in `reads`.

    `after` names assets that must run first but whose values are not read; `daily` partitions the
    asset by day; `warns` are non-blocking checks (name → description) that the asset evaluates
    itself. The function's name becomes the asset's name, its docstring the description in the UI.
    """

    def declare(function: Callable) -> dg.AssetsDefinition:
        key = dg.AssetKey([spec.name, function.__name__])
        # Dagster would parse the docstring, which is slow.
        description, function.__doc__ = inspect.getdoc(function), None
        return dg.asset(
            description=description,
            key_prefix=spec.name,
            group_name=spec.name,
            ins={name: dg.AssetIn(key=[spec.name, name]) for name in reads},
            deps=[dg.AssetKey([spec.name, name]) for name in after],
            owners=[spec.owner],
            kinds=kinds,
            code_version=spec.code_version,
            partitions_def=days(spec) if daily else None,
            check_specs=check_specs(spec, key, warns, blocking=False, daily=daily),
            pool=pool(spec, daily=daily),
            io_manager_key="lake",
            op_tags={"dagster/priority": str(priority), **resource_tags(spec)},
            metadata={"dagster/code_references": code_reference(function)},
        )(with_signature(function))

    return declare


def data_day(context: dg.AssetExecutionContext, spec: LifecycleSpec) -> date:
    """The newest day whose data this run may use: the day in its tag, or the last complete one."""
    if as_of := context.run.tags.get(AS_OF_TAG):
        return date.fromisoformat(as_of)
    return newest_complete_day(spec.schedule.timezone, datetime.now(UTC))


@contextmanager
def declared_in(file: Path, line: int) -> Iterator[None]:
    """Give the assets that are built in the block a link to their model's defs.yaml."""
    token = DECLARED.set(dg.LocalFileCodeReference(file_path=str(file), line_number=line))
    try:
        yield
    finally:
        DECLARED.reset(token)


def code_reference(function: Callable) -> dg.CodeReferencesMetadataValue:
    """The file and line where `function` is defined, and its model, for the links in the UI."""
    # `with_source_code_references` gives the same, but rereads the whole file for every asset.
    code = function.__code__
    line = dg.LocalFileCodeReference(file_path=code.co_filename, line_number=code.co_firstlineno)
    declared = DECLARED.get()
    references = [line, declared] if declared else [line]
    return dg.CodeReferencesMetadataValue(code_references=list(references))


def in_this_run(context: dg.AssetExecutionContext, spec: LifecycleSpec, asset: str) -> bool:
    """Whether this process will materialize `asset` of the model later in this run."""
    selection = context.run.asset_selection  # empty for a job that is run as a whole
    chosen = not selection or dg.AssetKey([spec.name, asset]) in selection
    return chosen and Settings.from_environment().executor == "in_process"
