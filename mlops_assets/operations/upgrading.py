"""Bring the databases of MLflow and Dagster to the schemas of the installed releases."""

from mlops_assets.operations.health.mlflow import schema_versions
from mlops_assets.operations.initialize import THERE, Step
from mlops_assets.platform.dagster.home import dagster_home, upgrade_storage
from mlops_assets.platform.mlflow.private import upgrade_schema
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.store_failures import store_failures_explained
from mlops_assets.platform.warehouse.reading import shown

UPGRADED = "upgraded"


def upgrade(settings: Settings) -> list[Step]:
    """Migrate what is older than what is installed; nothing else may use it meanwhile.

    MLflow's server creates the tables of its users itself. Raises `InputError` if a database
    cannot be reached.
    """
    with store_failures_explained(settings):
        return [_dagster(settings), _mlflow(settings)]


def _dagster(settings: Settings) -> Step:
    schema, is_new = upgrade_storage(settings)
    outcome = UPGRADED if is_new else THERE
    return Step("dagster", outcome, f"schema {schema}, of {dagster_home(settings)}")


def _mlflow(settings: Settings) -> Step:
    url = settings.mlflow_database
    if not url:
        return Step("mlflow", "left alone", "its database is not in MLFLOW_BACKEND_STORE_URI")
    before, needed = schema_versions(url)
    if before == needed:
        return Step("mlflow", THERE, f"schema {needed}, of {shown(url)}")
    if before is None:
        return Step("mlflow", "not there", f"run `mlops-assets init` for {shown(url)}")
    upgrade_schema(url)
    return Step("mlflow", UPGRADED, f"schema {needed} instead of {before}, of {shown(url)}")
