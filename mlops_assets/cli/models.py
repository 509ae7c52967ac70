"""`mlops-assets models`: every model with its versions, last retrain and drift."""

import atexit
import gc
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from mlops_assets.cli.answer import print_json
from mlops_assets.cli.options import Json
from mlops_assets.cli.registry import names_in_defs
from mlops_assets.cli.tables import print_table
from mlops_assets.platform.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor
    from zoneinfo import ZoneInfo

    from mlops_assets.registry.overview import ModelSummary, VersionFacts
    from mlops_assets.retraining.latest import LatestState

HEADINGS = ["model", "production", "staged", "headline metric", "last retrain", "drift"]


def models(as_json: Json = False) -> None:
    """List every model: production and staged version, metric, last retrain, drift.

    The metric is the one that `beats_production` compares, of the production version, on its
    holdout. `since` is the day of the promotion, in the model's time zone. Models of defs.yaml
    that were never retrained are listed too. What serves and would fail today's gates in
    defs.yaml, by its stored metrics, is named below.

    Example:  mlops-assets models
    """
    from mlops_assets.client import ModelRegistry
    from mlops_assets.registry.todays_gates import failures_today, gates_in_defs
    from mlops_assets.retraining.latest import LatestState, latest_states
    from mlops_assets.spec.time_zones import time_zones

    settings = Settings.from_environment()
    named = {registered: name for name, registered in names_in_defs(settings).items()}
    with _second_process() as process:
        pending = process.submit(latest_states, settings, list(named.values()))
        known = with_unregistered(ModelRegistry(settings).list_models(), named)
        states = pending.result()
    gates = gates_in_defs(settings.defs)
    today = {
        it.model_name: failures_today(it.production, gates.get(it.model_name))
        for it in known
        if it.production
    }
    if as_json:
        rows = [
            _facts(it, named, states.get(named.get(it.model_name, "")))
            | {"fails_today": today.get(it.model_name)}
            for it in known
        ]
        print_json(rows)
        return
    zones = time_zones(settings.defs)
    rows = [
        _row(it, states.get(named.get(it.model_name, ""), LatestState()), zones) for it in known
    ]
    if rows:
        print_table([HEADINGS, *rows])
    else:
        typer.echo("no model yet")
    for it in known:
        if it.problem:
            typer.echo(f"\n{it.model_name}: {it.problem}")
        if it.production and (failures := today[it.model_name]):
            what = f"{it.model_name} version {it.production.version}, which serves"
            typer.echo(f"\nToday's gates would fail {what}: {'; '.join(failures)}")


def _second_process() -> "ProcessPoolExecutor":
    """Imports Dagster while this process imports MLflow; exits without collecting garbage."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    return ProcessPoolExecutor(
        1, get_context("spawn"), initializer=atexit.register, initargs=(gc.freeze,)
    )


def with_unregistered(
    found: "list[ModelSummary]", named: Mapping[str, str]
) -> "list[ModelSummary]":
    """Add the models of defs.yaml that are not registered yet; all sorted by name."""
    from mlops_assets.registry.overview import ModelSummary

    missing = set(named) - {it.model_name for it in found}
    empty = [ModelSummary(name, "", "", None, None) for name in missing]
    return sorted([*found, *empty], key=lambda it: it.model_name)


def headline(facts: "VersionFacts | None") -> str:
    """`roc_auc 0.9086 [0.8902, 0.9243]`, or `-`."""
    from mlops_assets.registry.compare.report import headline_text

    return headline_text(facts)


def _facts(
    model: "ModelSummary", named: Mapping[str, str], state: "LatestState | None"
) -> dict[str, object]:
    loop = asdict(state) if state else {"last_retrain": None, "drift": None}
    return {"name": named.get(model.model_name), **asdict(model), **loop}


def _row(model: "ModelSummary", state: "LatestState", zones: "Mapping[str, ZoneInfo]") -> list[str]:
    from mlops_assets.registry.promoted_at import day_promoted

    serving, staged, ran = model.production, model.staged, state.last_retrain
    return [
        model.model_name,
        _version(serving, "since", day_promoted(serving, zones) if serving else ""),
        _version(staged, "of", staged.created[:10] if staged else ""),
        headline(serving),
        f"{ran.at[:16].replace('T', ' ')} {ran.status}" if ran else "-",
        _drift(state, serving.version if serving else ""),
    ]


def _version(facts: "VersionFacts | None", word: str, day: str) -> str:
    if facts is None:
        return "-"
    return f"{facts.version} {word} {day}" if day else facts.version


def _drift(state: "LatestState", serving: str) -> str:
    if state.drift is None:
        return "-"
    other = "" if state.drift.version == serving else f", version {state.drift.version}"
    return f"{state.drift.verdict} ({state.drift.day}{other})"
