"""Check Dagster: its storage answers, and its daemon is running."""

import socket
import time
from uuid import uuid4

import dagster as dg

from mlops_assets.errors import InputError
from mlops_assets.operations.health.check import INIT, UPGRADE, Seen
from mlops_assets.platform.dagster.home import dagster_home, use_dagster_storage
from mlops_assets.platform.dagster.storage import DRIVER, YAML, has_tables, postgres_url
from mlops_assets.platform.dagster_storage_url import STORAGE_VARIABLE
from mlops_assets.platform.heartbeats import Heart, hearts
from mlops_assets.platform.home_folder import refuse_foreign_home
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.warehouse.reading import shown

PROBE = "mlops_assets_doctor"
HEARTBEAT_SECONDS = 300


def dagster(settings: Settings) -> Seen:
    """Check Dagster's storage: count its runs, and write and read back a value."""
    with _instance(settings) as instance:
        token = uuid4().hex
        instance.run_storage.set_cursor_values({PROBE: token})
        if instance.run_storage.get_cursor_values({PROBE}) != {PROBE: token}:
            return Seen("a written value reads back differently", "unhealthy", "check the disk")
        total = instance.get_runs_count()
        started = instance.get_runs_count(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
        kind = type(instance.run_storage).__name__
        text = f"{total} runs, {started} in progress ({kind})"
        if lost := [it for it in hearts(settings) if it.is_lost(socket.gethostname())]:
            return _lost(text, lost[0])
        url = getattr(instance.run_storage, "postgres_url", "")
        return _postgres(instance, url, text, settings) if url else Seen(text)


def _lost(text: str, found: Heart) -> Seen:
    where = found.process.split(":")[0]
    seen = f"{text}: nothing was heard of {found.step} on {where} for {found.silence:.0f} s"
    todo = f"Dagster's daemon ends run {found.run_id[:8]} within 10 s: start it with `make up`"
    return Seen(seen, "warning", todo)


def _postgres(instance: dg.DagsterInstance, url: str, text: str, settings: Settings) -> Seen:
    """Check the schema version and the driver, which do not matter for our own SQLite."""
    from sqlalchemy import make_url

    text, home = f"{text} at {shown(url)}", dagster_home(settings)
    current, needed = instance.run_storage.alembic_version() or (None, None)
    if current != needed:
        return Seen(f"{text}: schema {current}, but {needed} is needed", "unhealthy", UPGRADE)
    if make_url(url).get_dialect().driver != DRIVER:
        todo = f"use postgresql+{DRIVER}:// in the URL that {home / YAML} refers to"
        return Seen(f"{text}: Dagster's UI needs the driver {DRIVER}", "unhealthy", todo)
    return Seen(text)


def daemon(settings: Settings) -> Seen:
    """Check when Dagster's daemon last sent a heartbeat."""
    with _instance(settings) as instance:
        beats = [beat.timestamp for beat in instance.get_daemon_heartbeats().values()]
    todo = "start it, with `make up`: schedules, sensors and queued runs wait for it"
    if not beats:
        return Seen("it has never run", "warning", todo)
    ago = time.time() - max(beats)
    if ago > HEARTBEAT_SECONDS:
        return Seen(f"not running: last heartbeat {ago / 60:.0f} minutes ago", "warning", todo)
    return Seen(f"running: last heartbeat {ago:.0f} s ago")


def _instance(settings: Settings) -> dg.DagsterInstance:
    """Open the existing instance; creates nothing."""
    refuse_foreign_home(settings)
    home = dagster_home(settings)
    if not (home / YAML).exists():
        raise InputError(seen=f"no storage at {home}", expected="Dagster's storage", todo=INIT)
    use_dagster_storage(settings)
    url, configured = postgres_url(home), settings.dagster_storage_url
    if configured and url != configured:
        is_ours = home == settings.dagster_home
        raise InputError(
            seen=f"{home / YAML} does not refer to {shown(configured)}",
            expected=f"the database of {STORAGE_VARIABLE}",
            todo=INIT if is_ours else "configure it there, or unset the variable",
        )
    if url and not has_tables(url):
        seen = f"no tables of Dagster at {shown(url)}"
        raise InputError(seen=seen, expected="Dagster's storage", todo=INIT)
    return dg.DagsterInstance.from_config(str(home))
