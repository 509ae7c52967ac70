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


def drill(
    model: ModelInDefs,
    column: Annotated[str, typer.Option(help="The feature column that would shift.")],
    shift: Annotated[
        float,
        typer.Option(help="How far: in standard deviations; for labels, the share of rows."),
    ] = 0.5,
    rows: Annotated[
        int | None, typer.Option(min=1, help="Rows per day; default: median of recent days.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Report how reliably a shift would be detected, and when a retrain would follow.

    Example:  mlops-assets drill heart_disease --column chol --shift 0.5
    """
    from mlops_assets.definitions import defs_of
    from mlops_assets.loading import spec_of
    from mlops_assets.monitoring import drill as core
    from mlops_assets.monitoring.version_reference import load_version_reference
    from mlops_assets.platform.mlflow.model_ids import model_id_of
    from mlops_assets.platform.mlflow.store import explained, open_store
    from mlops_assets.registry.registered_model import RegisteredModel

    settings = Settings.from_environment()
    spec = spec_of(defs_of(model), model)
    with explained(settings):
        client = open_store(settings)
        version = RegisteredModel(client, spec.registered_name).serving()
        reference = load_version_reference(client, model_id_of(version)).data
    rows = rows or _rows_per_day(model, settings)
    found = core.drill(reference, column, shift, rows, spec.retrain)
    if as_json:
        print_json(found)
    else:
        typer.echo(f"{model} version {version.version}, reference of {reference.rows:,} rows")
        for row in report(found, spec.retrain.suspect_days, spec.retrain.window_days):
            print_row(row, WIDTHS)


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
        ("detected", f"on {found.detection_rate:.1%} of the shifted days"),
        ("retrain", f"{when} ({needed} drifted days of {window})"),
        ("smallest shift", f"{least} is detected on 90 % of the days"),
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
