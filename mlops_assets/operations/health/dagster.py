"""Whether Dagster is well: its storage answers, and its daemon has been heard of."""

import time
from uuid import uuid4

import dagster as dg

from mlops_assets.errors import InputError
from mlops_assets.operations.health.check import INIT, Seen
from mlops_assets.platform.dagster.home import dagster_home, use_dagster_storage
from mlops_assets.platform.dagster.storage import DRIVER, YAML, has_tables, postgres_url
from mlops_assets.platform.dagster_storage_url import STORAGE_VARIABLE
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.warehouse.reading import shown

PROBE = "mlops_assets_doctor"
HEARTBEAT_SECONDS = 300
MIGRATE = "take a backup, then run `dagster instance migrate` with DAGSTER_HOME set to {}"


def dagster(settings: Settings) -> Seen:
    """Dagster's storage: its runs are counted, and a value is written and read back."""
    with _instance(settings) as instance:
        mark = uuid4().hex
        instance.run_storage.set_cursor_values({PROBE: mark})
        if instance.run_storage.get_cursor_values({PROBE}) != {PROBE: mark}:
            return Seen("a value that was written reads back differently", "unhealthy", "see disk")
        total = instance.get_runs_count()
        going = instance.get_runs_count(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
        kind = type(instance.run_storage).__name__
        said = f"{total} runs, {going} going on ({kind})"
        url = getattr(instance.run_storage, "postgres_url", "")
        return _postgres(instance, url, said, settings) if url else Seen(said)


def _postgres(instance: dg.DagsterInstance, url: str, said: str, settings: Settings) -> Seen:
    """The version of its schema and the driver, which are of no concern in our own SQLite."""
    from sqlalchemy import make_url

    said, home = f"{said} at {shown(url)}", dagster_home(settings)
    have, needed = instance.run_storage.alembic_version() or (None, None)
    if have != needed:
        todo = MIGRATE.format(home)
        return Seen(f"{said}: schema {have}, and {needed} is needed", "unhealthy", todo)
    if make_url(url).get_dialect().driver != DRIVER:
        todo = f"write postgresql+{DRIVER}:// where {home / YAML} takes its address from"
        return Seen(f"{said}: Dagster's pages need the driver {DRIVER}", "unhealthy", todo)
    return Seen(said)


def daemon(settings: Settings) -> Seen:
    """When Dagster's daemon was last heard of."""
    with _instance(settings) as instance:
        beats = [beat.timestamp for beat in instance.get_daemon_heartbeats().values()]
    todo = "start it, with `make up`: schedules, sensors and queued runs wait for it"
    if not beats:
        return Seen("it has never run", "warning", todo)
    ago = time.time() - max(beats)
    if ago > HEARTBEAT_SECONDS:
        return Seen(f"not running: last heard of {ago / 60:.0f} minutes ago", "warning", todo)
    return Seen(f"running: heard of {ago:.0f} s ago")


def _instance(settings: Settings) -> dg.DagsterInstance:
    """The instance as it is: looking creates nothing."""
    home = dagster_home(settings)
    if not (home / YAML).exists():
        raise InputError(seen=f"no storage at {home}", expected="Dagster's storage", todo=INIT)
    use_dagster_storage(settings)
    url, wanted = postgres_url(home), settings.dagster_storage_url
    if wanted and url != wanted:
        is_ours = home == settings.dagster_home
        raise InputError(
            seen=f"{home / YAML} does not name {shown(wanted)}",
            expected=f"the database of {STORAGE_VARIABLE}",
            todo=INIT if is_ours else "name it there, or unset the variable",
        )
    if url and not has_tables(url):
        seen = f"no tables of Dagster at {shown(url)}"
        raise InputError(seen=seen, expected="Dagster's storage", todo=INIT)
    return dg.DagsterInstance.from_config(str(home))
