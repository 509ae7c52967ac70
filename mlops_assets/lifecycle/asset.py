"""What every stage of the graph shares: how its asset is declared, recorded and checked."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType

import dagster as dg

from mlops_assets.lifecycle.checks import check_specs
from mlops_assets.lifecycle.partitions import days, pool, with_signature
from mlops_assets.platform.settings import Settings
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.monitoring import AS_OF_TAG, newest_complete_day

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

    `after` names assets that it follows without reading what they left; `daily` gives it a
    partition a day; `warns` are checks (name → description) that it judges itself and that stop
    nothing. The function's name is the asset's name and its docstring what the UI says about it.
    """

    def declare(function: Callable) -> dg.AssetsDefinition:
        key = dg.AssetKey([spec.name, function.__name__])
        about, function.__doc__ = inspect.getdoc(function), None  # Dagster would parse it at length
        return dg.asset(
            description=about,
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
            op_tags={"dagster/priority": str(priority)},
            metadata={"dagster/code_references": written_at(function)},
        )(with_signature(function))

    return declare


def data_day(context: dg.AssetExecutionContext, spec: LifecycleSpec) -> date:
    """The newest day whose data this run may know: the one that ended last, or its tag's."""
    if given := context.run.tags.get(AS_OF_TAG):
        return date.fromisoformat(given)
    return newest_complete_day(spec.schedule.timezone, datetime.now(UTC))


def written_at(function: Callable) -> dg.CodeReferencesMetadataValue:
    """The line of the file that `function` begins at, for the link in the UI."""
    # What `with_source_code_references` finds by reading the whole file again for every asset.
    code = function.__code__
    place = dg.LocalFileCodeReference(file_path=code.co_filename, line_number=code.co_firstlineno)
    return dg.CodeReferencesMetadataValue(code_references=[place])


def in_this_run(context: dg.AssetExecutionContext, spec: LifecycleSpec, asset: str) -> bool:
    """Whether this process will materialize `asset` of the model later in this run."""
    selection = context.run.asset_selection  # empty for a job that is run as a whole
    chosen = not selection or dg.AssetKey([spec.name, asset]) in selection
    return chosen and Settings.from_environment().executor == "in_process"
