"""`mlops-assets drill`: would the drift sensor detect this shift? Read-only."""

import statistics
from typing import Annotated

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json, ModelInDefs
from mlops_assets.cli.tables import print_row
from mlops_assets.errors import InputError
from mlops_assets.platform.settings import Settings

RECENT_DAYS = 30
WIDTHS = (15,)
BACKTEST = "mlops-assets backtest {} --from DAY --to DAY   (what would retrains have brought?)"


def drill(
    model: ModelInDefs,
    column: Annotated[str, typer.Option(help="The feature column that would shift.")],
    shift: Annotated[
        float,
        typer.Option(help="How far: in standard deviations; for labels, the share of rows."),
    ] = 0.5,
    rows: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Simulate days of so many independent rows. Default: the version's own reference "
            "days are played, if it has enough; else as many rows as recent days had.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Report how reliably a shift would be detected, and when a retrain would follow.

    Half of the version's reference days are played against the others, with the columns judged as
    defs.yaml says: how many are called drift without a shift, and how many with it. With
    `mlops-assets backtest`, it is how to choose `retrain`.

    Example:  mlops-assets drill heart_disease --column chol --shift 0.5
    """
    from mlops_assets.definitions import declared
    from mlops_assets.loading import spec_of
    from mlops_assets.monitoring import drill as core
    from mlops_assets.monitoring.version_reference import load_days, load_version_reference
    from mlops_assets.platform.mlflow.model_ids import model_id_of
    from mlops_assets.platform.mlflow.store import explained, open_store
    from mlops_assets.registry.registered_model import RegisteredModel

    settings = Settings.from_environment()
    spec = spec_of(declared(model), model)
    with explained(settings):
        client = open_store(settings)
        version = RegisteredModel(client, spec.registered_name).serving()
        reference = load_version_reference(client, model_id_of(version)).data
        days = load_days(client, model_id_of(version))["data"]
    found = None
    if rows is None:
        found = core.drill_own_days(reference, days, column, shift, spec.retrain, spec.drift)
    if found is None:
        rows = rows or _rows_per_day(model, settings)
        found = core.drill(reference, column, shift, rows, spec.retrain)
    if as_json:
        print_json(found)
    else:
        typer.echo(f"{model} version {version.version}, reference of {reference.rows:,} rows")
        for row in report(found, spec.retrain.suspect_days, spec.retrain.window_days):
            print_row(row, WIDTHS)
        print_row(("history", BACKTEST.format(model)), WIDTHS)


def report(found, needed: int, window: int) -> list[tuple[str, str]]:
    """The answer as rows of a label and a text."""
    labels = found.role in ("categorical", "boolean")
    unit = "of the rows" if labels else "standard deviations"
    if found.days_to_retrain is None:
        when = "none within 90 days"
    else:
        late = found.days_to_retrain_90
        late = f"by day {late}" if late else "after day 90"
        when = f"on day {found.days_to_retrain}; in 90 of 100 episodes {late}"
    least = "no shift" if found.smallest_shift is None else f"{found.smallest_shift:.2g} {unit}"
    return [
        ("shift", f"{found.column} by {found.shift:g} {unit}"),
        ("rows per day", f"{found.rows:,}"),
        *_played(found),
        ("detected", f"on {found.detection_rate:.1%} of the shifted days"),
        ("retrain", f"{when} ({needed} drifted days of {window})"),
        ("smallest shift", f"{least} is detected on 90 % of the days"),
    ]


def _played(found) -> list[tuple[str, str]]:
    if found.false_alarms is None:
        return [("days", "simulated, as if rows were independent")]
    each = "reference days" if found.days_each == 1 else f"blocks of {found.days_each} days"
    return [
        ("days", f"{found.days} of the version's own {each}, compared with the others"),
        ("false alarms", f"on {found.false_alarms:.1%} of them without a shift"),
    ]


def _rows_per_day(model: str, settings: Settings) -> int:
    import dagster as dg

    from mlops_assets.monitoring.live_day import LiveFacts
    from mlops_assets.platform.dagster.home import open_instance
    from mlops_assets.retraining.day_records import newest_records

    key = dg.AssetKey([model, "live_data"])
    with open_instance(settings) as instance:
        days = newest_records(instance, key, LiveFacts, RECENT_DAYS)
    if sizes := [facts.rows for facts in days.values() if not facts.outage]:
        return round(statistics.median(sizes))
    raise InputError(
        seen=f"no day of {model} has been materialized yet",
        expected="some days, to know how many rows a day has",
        todo="give --rows, or materialize live_data",
    )
