"""Check MLflow: it answers, and its schema matches the installed release."""

from mlops_assets.operations.health.check import INIT, UPGRADE, Seen
from mlops_assets.platform.addresses import without_secrets
from mlops_assets.platform.mlflow.private import latest_schema_revision
from mlops_assets.platform.mlflow.store import explained, open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.sqlite_url import sqlite_file
from mlops_assets.platform.warehouse.reading import engine_url, shown


def mlflow(settings: Settings) -> Seen:
    """Check MLflow's store: connect, compare the schema version, and search experiments."""
    uri = settings.mlflow_tracking_uri
    if settings.mlflow_is_server:
        count = _experiments(settings)
        return Seen(f"server at {without_secrets(uri)} answers, {count}")
    file = sqlite_file(uri)
    if file and not file.exists():
        return Seen(f"no store at {file}", "unhealthy", INIT)
    current, needed = schema_versions(uri)
    if current != needed:
        todo = UPGRADE if current else INIT
        return Seen(f"schema {current or 'missing'}, but {needed} is needed", "unhealthy", todo)
    return Seen(f"{_experiments(settings)}, schema {current}, at {shown(uri)}")


def schema_versions(uri: str) -> tuple[str | None, str]:
    """The current version of the schema, None if missing, and the version this release needs."""
    import sqlalchemy as sa
    from alembic.migration import MigrationContext

    engine = sa.create_engine(engine_url(uri), poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, latest_schema_revision()


def _experiments(settings: Settings) -> str:
    with explained(settings):
        found = len(open_store(settings).search_experiments(max_results=1000))
    return f"{found} experiments" if found < 1000 else "1,000 experiments or more"
