"""`mlops-assets backtest`: what would this retraining policy have done on the model's history?"""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json, ModelInDefs
from mlops_assets.cli.tables import print_table
from mlops_assets.cli.terminal import working
from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings

FORMATS = ["%Y-%m-%d"]


def backtest(
    model: ModelInDefs,
    first: Annotated[
        datetime, typer.Option("--from", formats=FORMATS, help="The first day to replay.")
    ],
    last: Annotated[datetime, typer.Option("--to", formats=FORMATS, help="The last day.")],
    policy: Annotated[
        list[str] | None,
        typer.Option(
            help="A policy to try: never, nightly, weekly, every=14, loop (as configured), "
            "loop:cooldown=14,suspect_days=3, or a timer and a loop with a +. Repeat it for more."
        ),
    ] = None,
    metric: Annotated[
        str | None, typer.Option(help="Default: the metric of `beats_production`.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Policies played at once; default: one a core.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Also write a page with the timeline.")] = None,
    as_json: Json = False,
) -> None:
    """Replay the model's own days through its real checks, fits, gates and decisions.

    Each policy plays all days in order, with labels that arrive late, and changes nothing of the
    model. What was played is kept, so a second call goes on where the first one stopped.

    Example:  mlops-assets backtest my_model --from 2025-03-01 --to 2025-12-31 --html backtest.html
    """
    from mlops_assets.definitions import declared
    from mlops_assets.loading import spec_of
    from mlops_assets.retraining.backtest.history import History
    from mlops_assets.retraining.backtest.page import as_html, table
    from mlops_assets.retraining.backtest.policies import DEFAULTS, parse_policy
    from mlops_assets.retraining.backtest.results import compare
    from mlops_assets.retraining.backtest.run import play_all, require_days, tasks_of

    settings = Settings.from_environment()
    spec = spec_of(declared(model), model)
    days = first.date(), last.date()
    history = History(spec, settings)
    require_days(history, *days)
    named = dict.fromkeys(policy or DEFAULTS)
    policies = [parse_policy(it, spec.retrain) for it in named]
    measured = _metric(metric, spec)
    folder = settings.home / "backtests" / model
    tasks = tasks_of(history, policies, measured, days, folder)
    with working("reading the rows", quiet=as_json) as now:

        def progress(done: Mapping[str, int]) -> None:
            now("  ".join(f"{it} {count}/{len(tasks[0].days)}" for it, count in done.items()))

        played = play_all(tasks, workers or min(len(tasks), os.cpu_count() or 1), progress)
    lower = measured in spec.task.lower_is_better
    found = compare(model, measured, played, lower_is_better=lower)
    if html:
        html.write_text(as_html(found, played), encoding="utf-8")
    if as_json:
        print_json(found)
        return
    typer.echo(f"{model}, {days[0]} to {days[1]}: {found.days} days with {measured}\n")
    print_table(table(found))
    typer.echo("\n" + "\n".join(found.sentences()))
    typer.echo(f"\n{f'written to {html}' if html else '--html FILE writes the timeline'}")


def _metric(given: str | None, spec) -> str:
    metric = given or spec.gates.compared_metric(list(spec.task.metric_names), spec.task)
    if metric not in spec.task.metric_names:
        raise InputError(
            seen=f"the metric {metric!r}",
            expected=f"a metric of the task {spec.task}, one of {list(spec.task.metric_names)}",
            todo="correct --metric",
        )
    return metric
