"""`mlops-assets monitor`: one day of a model in this process, with its results."""

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from mlops_assets.cli.answer import lines_to_stderr, print_json
from mlops_assets.cli.options import Json, ModelInDefs
from mlops_assets.cli.terminal import say
from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings

if TYPE_CHECKING:
    import dagster as dg

    from mlops_assets.cli.runs import ModelRuns
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def monitor(
    model: ModelInDefs,
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Default: yesterday.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read, score and evaluate one day of a model, and run the model's other daily jobs.

    Exit code 1 if a step failed.

    Example:  mlops-assets monitor golden_record --day 2026-01-05
    """
    from mlops_assets.cli.runs import ModelRuns
    from mlops_assets.lifecycle.partitions import first_day
    from mlops_assets.platform.dagster.home import open_instance
    from mlops_assets.spec.monitoring import newest_complete_day

    settings, began = Settings.from_environment(), time.monotonic()
    with lines_to_stderr(as_json), open_instance(settings) as instance:
        runs = ModelRuns(model, instance, settings)
        _require_days(runs.spec)
        newest = newest_complete_day(runs.spec.schedule.timezone, datetime.now(UTC))
        chosen = day.date() if day else newest
        _require_possible(chosen, first_day(runs.spec), newest)
        typer.echo(f"{model} on {chosen} (state: {settings.home})")
        jobs = _daily_jobs(runs)
        succeeded = all(runs.execute(job, partition=str(chosen)) for job in jobs)
        found = dict(_summaries(instance, runs, jobs, chosen)) if succeeded else {}
        seconds = time.monotonic() - began
        if succeeded:
            typer.echo("\n" + "\n".join(f"{name:<20} {text}" for name, text in found.items()))
            typer.echo(f"\n{seconds:.1f} s in all. Look around with: make up")
        else:
            say("The day failed; the step above says why.", "red", err=True)
    if as_json:
        facts = {"model": model, "day": str(chosen), "succeeded": succeeded}
        facts |= {"seconds": round(seconds, 1), "steps": runs.steps, "summaries": found}
        print_json(facts)
    raise typer.Exit(int(not succeeded))


def _daily_jobs(runs: "ModelRuns") -> list[str]:
    """`monitor`, followed by the model's other daily jobs under defs/."""
    prefix = f"{runs.model}_"
    mine = [
        job.name.removeprefix(prefix)
        for job in runs.loaded.jobs or ()
        if (job.tags or {}).get("model") == runs.model and job.name.startswith(prefix)
    ]
    own = [name for name in mine if name not in ("monitor", "retrain")]
    return ["monitor", *(name for name in own if runs.job(name).partitions_def)]


def _summaries(
    instance: "dg.DagsterInstance", runs: "ModelRuns", jobs: Iterable[str], day: date
) -> Iterator[tuple[str, str]]:
    """The assets of these jobs with their one-line summaries of the day."""
    from mlops_assets.monitoring.day_facts import DaySummary
    from mlops_assets.retraining.day_records import records_by_day

    for job in jobs:
        for key in runs.job(job).asset_layer.selected_asset_keys:
            found = records_by_day(instance, key, DaySummary, [day]).get(day)
            if found and found.summary:
                yield key.path[-1], found.summary


def _require_days(spec: "LifecycleSpec") -> None:
    if not spec.is_monitored:
        raise InputError(
            seen=f"{spec.live_source.origin}, which cannot be read by day",
            expected="a source that gives the rows of one day",
            todo="name the column with the time of a row in `timestamp`, or set another source "
            "under `live: {source: …}`, in defs.yaml",
        )


def _require_possible(day: date, first: date, newest: date) -> None:
    if not first <= day <= newest:
        raise InputError(
            seen=f"the day {day}",
            expected=f"a day from {first} (`live.start`) to {newest}, the last complete day",
            todo="give another --day",
        )
