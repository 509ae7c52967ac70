"""MLflow's server with users and permissions of its own, and our guard behind its login.

`mlflow server --app-name mlops-assets-auth` finds this by the entry point in pyproject.toml. The
users are in MLflow's own database, so a backup of it has them; the first one is
MLFLOW_AUTH_ADMIN_USERNAME with MLFLOW_AUTH_ADMIN_PASSWORD.
"""

from importlib import import_module
from typing import Any

from mlops_assets.platform.settings import Settings


def create_app() -> Any:
    """MLflow's basic-auth app; a request that its login lets through is then judged by the guard.

    Raises MLflow's error without the optional dependencies `auth`, without
    MLFLOW_FLASK_SERVER_SECRET_KEY and, for a new database, without the first user's password.
    """
    from mlops_assets.platform.mlflow.private import with_login

    app = with_login(Settings.from_environment().mlflow_backend_store_uri)
    # Flask asks in the order of registration: whoever is not known learns nothing of what serves.
    import_module("mlops_assets.registry.mlflow_guard")
    return app
