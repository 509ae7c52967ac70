"""The job `retention` and its schedule: remove what is old and what nothing needs any more."""

from collections.abc import Callable, Iterable

import dagster as dg

from mlops_assets.platform.settings import Settings
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.spread_cron import spread

NAME, WEEKLY, OFF = "retention", "H 5 * * 0", "off"
"""After the retrains and reports of Sunday night, by default at 2 and 6 o'clock."""


def retention(age: str, specs: Callable[[], Iterable[LifecycleSpec]]) -> dg.Definitions:
    """The job and its schedule, which is on; nothing if `age` is off.

    `specs` gives the models of the project, whose experiments may name an old version.
    """
    if age == OFF:
        return dg.Definitions()
    job = dg.GraphDefinition(name=NAME, node_defs=[_op(specs)]).to_job(
        description=f"Removes what is older than {age} and what nothing needs any more: the same "
        "as `mlops-assets prune`."
    )
    schedule = dg.ScheduleDefinition(
        name=NAME,
        job=job,
        cron_schedule=spread(WEEKLY, NAME),
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    return dg.Definitions(jobs=[job], schedules=[schedule])


def _op(specs: Callable[[], Iterable[LifecycleSpec]]) -> dg.OpDefinition:
    @dg.op(
        name="remove_what_is_old",
        description="Shows how much of what it found. If a defs.yaml cannot be read, it fails and "
        "removes nothing: the file may name a version.",
    )
    def remove_what_is_old(context: dg.OpExecutionContext) -> None:
        from mlops_assets.operations.prune.pruning import days_of, find_old, remove

        settings = Settings.from_environment()
        parts = find_old(settings, days_of(settings.retention), specs())
        problems = remove(settings, parts)
        found = {it.what: len(it.items) for it in parts}
        freed = {"bytes": sum(it.bytes for it in parts), "problems": problems}
        context.add_output_metadata({**found, **freed})

    return remove_what_is_old
