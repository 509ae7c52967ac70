"""All settings of the project; the only place that reads the environment."""

import os
import re
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from mlops_assets.platform import alert_settings, dagster_storage_url, database_url, workers
from mlops_assets.platform.addresses import without_secrets
from mlops_assets.platform.postgres import is_postgres, with_driver
from mlops_assets.platform.served_addresses import remembered
from mlops_assets.platform.sqlite_url import sqlite_url
from mlops_assets.platform.workers import RayWorkers

PACKAGE_PARENT = Path(__file__).resolve().parents[2]

VARIABLES = {
    "home": "MLOPS_ASSETS_HOME",
    "mlflow_tracking_uri": "MLFLOW_TRACKING_URI",
    "mlflow_backend_store_uri": "MLFLOW_BACKEND_STORE_URI",
    "mlflow_artifact_root": "MLFLOW_ARTIFACT_ROOT",
    "s3_endpoint_url": "MLFLOW_S3_ENDPOINT_URL",
    "dagster_storage_url": dagster_storage_url.STORAGE_VARIABLE,
    "warehouse_url": "WAREHOUSE_URL",
    "lake_url": "LAKE_URL",
    "ledger_url": "LEDGER_URL",
    "experiments": "MLOPS_ASSETS_EXPERIMENTS",
    "executor": "MLOPS_ASSETS_EXECUTOR",
    "workers": workers.VARIABLE,
    "concurrency": "MLOPS_ASSETS_CONCURRENCY",
    "batch_rows": "MLOPS_ASSETS_BATCH_ROWS",
    "retention": "MLOPS_ASSETS_RETENTION",
    "model_cache_mb": "MLOPS_ASSETS_MODEL_CACHE_MB",
    "allowed_names": "MLOPS_ASSETS_ALLOWED_NAMES",
    "allowed_prefixes": "MLOPS_ASSETS_ALLOWED_PREFIXES",
    "dagster_ui": "DAGSTER_UI_URL",
    "mlflow_ui": "MLFLOW_UI_URL",
    "ui_users": "UI_USERS",
    "dagster_allowed_hosts": "DAGSTER_SERVER_ALLOWED_HOSTS",
    "dagster_allowed_origins": "DAGSTER_SERVER_CORS_ALLOWED_ORIGINS",
    "serving_keys": "SERVING_API_KEY",
    "serving_rate": "SERVING_RATE",
    "serving_allowed_hosts": "SERVING_ALLOWED_HOSTS",
    "alert_urls": "ALERT_URLS",
    "alert_webhook_url": "ALERT_WEBHOOK_URL",
    "alert_smtp_url": "ALERT_SMTP_URL",
    "alert_email_to": "ALERT_EMAIL_TO",
    "alert_email_from": "ALERT_EMAIL_FROM",
}
LISTS = (
    "experiments",
    "allowed_names",
    "allowed_prefixes",
    "dagster_allowed_hosts",
    "dagster_allowed_origins",
    "serving_allowed_hosts",
)
DATABASES = ("mlflow_tracking_uri", "mlflow_backend_store_uri", "warehouse_url", "ledger_url")
DEFAULT_ROOT = "MLFLOW_DEFAULT_ARTIFACT_ROOT"
"""MLflow's own name of MLFLOW_ARTIFACT_ROOT."""


def project_root() -> Path:
    """The folder with workspace.yaml: the checkout, or else the working directory."""
    return PACKAGE_PARENT if (PACKAGE_PARENT / "workspace.yaml").exists() else Path.cwd()


class Settings(BaseModel):
    """Where state is stored and how runs execute. Every field has a working default.

    Create it with `Settings.from_environment()`; `VARIABLES` maps fields to variables.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    project_root: Path = Field(description="Base of relative paths in defs.yaml.")
    home: Path = Field(description="Folder of all embedded state. Absolute.")
    mlflow_tracking_uri: str = Field(description="MLflow server, or its database.")
    mlflow_backend_store_uri: str = Field(
        "", description="Database of MLflow, behind its server if there is one."
    )
    mlflow_artifact_root: str = Field(
        "", description="URL of MLflow's artifacts, s3://… for example. Empty: in the home."
    )
    s3_endpoint_url: str = Field(
        "", description="Address of an S3 API other than AWS's, of artifacts and lake."
    )
    dagster_storage_url: str = Field(
        "", description="PostgreSQL database of Dagster's own storage. Empty: SQLite in the home."
    )
    warehouse_url: str = Field(description="SQLAlchemy URL of the warehouse.")
    lake_url: str = Field(description="fsspec URL of the Parquet lake.")
    ledger_url: str = Field(description="SQLAlchemy URL of the ledger of stage changes.")
    experiments: tuple[str, ...] = Field(
        (), description="Further MLflow experiments that `init` creates."
    )
    executor: str = Field("in_process", pattern="^(in_process|multiprocess)$")
    workers: RayWorkers | None = Field(
        None, description="Cluster that executes Dagster's runs. None: this machine."
    )
    concurrency: int = Field(
        default_factory=lambda: max(2, os.cpu_count() or 2),
        ge=1,
        description="Runs at a time; others wait in the queue. Default: one per core, at least 2.",
    )
    batch_rows: int = Field(
        100_000, ge=1, description="Rows of a table or a day that are read at a time."
    )
    retention: str = Field(
        "400d",
        pattern="^(off|[1-9][0-9]{0,4}d)$",
        description="Age at which what nothing needs any more is removed, such as 90d, or off.",
    )
    model_cache_mb: int = Field(
        1024,
        ge=0,
        description="MB of loaded models that a process keeps, and of their files in the home.",
    )
    allowed_names: tuple[str, ...] = Field(
        (), description="Functions and components that a defs.yaml may name, in full."
    )
    allowed_prefixes: tuple[str, ...] = Field(
        ("sklearn.", "mlops_assets."),
        description="Prefixes of the estimator classes that a defs.yaml may name; each ends in a "
        "full stop.",
    )
    dagster_ui: str = Field("http://127.0.0.1:3000", description="Base URL of links to Dagster.")
    mlflow_ui: str = Field("http://127.0.0.1:5000", description="Base URL of links to MLflow.")
    mlflow_ui_is_configured: bool = Field(
        False, description="True if MLFLOW_UI_URL or a server gives the address of MLflow."
    )
    ui_users: SecretStr = Field(
        SecretStr(""), description="Users of both pages, with hashed passwords. Empty: no login."
    )
    dagster_allowed_hosts: tuple[str, ...] = Field(
        (), description="Hosts that Dagster's UI answers to. Empty: only this machine's own."
    )
    dagster_allowed_origins: tuple[str, ...] = Field(
        (), description="Origins of other sites that may use Dagster's API."
    )
    serving_keys: SecretStr = Field(
        SecretStr(""), description="Keys of the prediction API, `name:key,…`. Empty: no key."
    )
    serving_rate: float | None = Field(
        None, gt=0, description="Requests a second of each client of the prediction API, at most."
    )
    serving_allowed_hosts: tuple[str, ...] = Field(
        (), description="Hosts that the prediction API answers to. Empty: only this machine's own."
    )
    alert_urls: tuple[SecretStr, ...] = Field((), description="Apprise URLs of alert targets.")
    alert_webhook_url: SecretStr | None = Field(None, description="Takes Slack's JSON.")
    alert_smtp_url: SecretStr | None = Field(None, description="Mail server, with its password.")
    alert_email_to: tuple[str, ...] = Field((), description="Who gets alerts by e-mail.")
    alert_email_from: str = Field(
        default_factory=lambda: f"mlops-assets@{_mail_domain(socket.gethostname())}",
        description="Whom e-mails are from.",
    )

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str] | None = None, *, home: str = ""
    ) -> "Settings":
        """Settings from `environ` (default: the process environment) and defaults.

        `home` takes precedence over MLOPS_ASSETS_HOME; both are relative to the project root.
        Raises `InputError` if the URL of a database, the workers or an alert setting is invalid, or
        if workers could not reach a store.
        """
        environ = os.environ if environ is None else environ
        given: dict[str, Any] = {
            field: environ[name] for field, name in VARIABLES.items() if environ.get(name)
        }
        root = project_root()
        if place_of_artifacts := given.get("mlflow_artifact_root") or environ.get(DEFAULT_ROOT):
            given["mlflow_artifact_root"] = _url_of(place_of_artifacts, root)
        if backend := given.get("mlflow_backend_store_uri"):
            given.setdefault("mlflow_tracking_uri", backend)
        place = (root / (home or given.get("home", ".mlops_assets"))).resolve()
        defaults = {
            "project_root": root,
            "mlflow_tracking_uri": sqlite_url(place / "mlflow" / "mlflow.db"),
            "warehouse_url": sqlite_url(place / "warehouse.db"),
            "lake_url": str(place / "lake"),
            "ledger_url": sqlite_url(place / "ledger.db"),
            **remembered(place),
        }
        given |= {field: _listed(given[field]) for field in LISTS if field in given}
        if "allowed_prefixes" in given:
            whole = (prefix.rstrip(".") for prefix in given["allowed_prefixes"])
            given["allowed_prefixes"] = tuple(f"{prefix}." for prefix in whole if prefix)
        given |= {
            name: database_url.checked(_with_driver(given[name]), VARIABLES[name])
            for name in DATABASES
            if name in given
        }
        if given.get("mlflow_tracking_uri", "").startswith("http"):
            given.setdefault("mlflow_ui", without_secrets(given["mlflow_tracking_uri"]))
        given["mlflow_ui_is_configured"] = "mlflow_ui" in given
        if url := given.get("dagster_storage_url"):
            mlflow = given.get("mlflow_tracking_uri", "")
            given["dagster_storage_url"] = dagster_storage_url.checked(url, mlflow)
        if "workers" in given:
            given["workers"] = workers.parsed(given["workers"])
        alerts = alert_settings.checked(given)
        made = cls(**{**defaults, **given, **alerts, "home": place})
        if made.workers:
            workers.require_shared(made.stores)
        return made

    @property
    def defs(self) -> Path:
        """Folder of the models: a folder for each, with its defs.yaml."""
        return self.project_root / "mlops_assets" / "defs"

    @property
    def cache_dir(self) -> Path:
        """Folder of downloaded sources."""
        return self.home / "cache"

    @property
    def dagster_home(self) -> Path:
        """Folder of Dagster's own storage."""
        return self.home / "dagster"

    @property
    def shared_database(self) -> str:
        """PostgreSQL that all machines of a deployment have: Dagster's database, else the ledger's.

        "" if both are files, so that there is one machine.
        """
        ledger = self.ledger_url if is_postgres(self.ledger_url) else ""
        return self.dagster_storage_url or ledger

    @property
    def stores(self) -> dict[str, str]:
        """The URL of each store by its variable; "" for a file in the home."""
        # A server of MLflow decides itself where its artifacts are.
        root = self.mlflow_tracking_uri if self.mlflow_is_server else self.mlflow_artifact_url
        return {
            "DAGSTER_STORAGE_URL": self.dagster_storage_url,
            "MLFLOW_TRACKING_URI": self.mlflow_tracking_uri,
            "MLFLOW_ARTIFACT_ROOT": root,
            "LAKE_URL": self.lake_url,
            "WAREHOUSE_URL": self.warehouse_url,
            "LEDGER_URL": self.ledger_url,
        }

    @property
    def mlflow_is_embedded(self) -> bool:
        """True if MLflow is a SQLite file on this machine."""
        return self.mlflow_tracking_uri.startswith("sqlite:")

    @property
    def mlflow_is_server(self) -> bool:
        """True if MLflow is accessed over HTTP, not as a database."""
        return self.mlflow_tracking_uri.startswith("http")

    @property
    def mlflow_database(self) -> str:
        """The URL of MLflow's database, behind its server if there is one; "" if unknown."""
        own = "" if self.mlflow_is_server else self.mlflow_tracking_uri
        return self.mlflow_backend_store_uri or own

    @property
    def mlflow_artifacts(self) -> Path:
        """Folder of MLflow artifacts in the home; see `mlflow_artifact_url`."""
        return self.home / "mlflow" / "artifacts"

    @property
    def mlflow_artifact_url(self) -> str:
        """Where experiments of ours have their artifacts; a server of MLflow decides for itself."""
        return self.mlflow_artifact_root or self.mlflow_artifacts.as_uri()


def _listed(text: str) -> tuple[str, ...]:
    """The items between commas; an empty one is none, for an empty prefix would allow all."""
    return tuple(item.strip() for item in text.split(",") if item.strip())


def _url_of(place: str, root: Path) -> str:
    """A URL of artifacts; a folder is relative to the project root."""
    is_url = re.match(r"[a-z][a-z0-9+.-]+:", place, re.IGNORECASE)
    return place.rstrip("/") if is_url else (root / place).resolve().as_uri()


def _with_driver(uri: str) -> str:
    """A database `uri` with psycopg 3 for PostgreSQL; MLflow's default is psycopg 2."""
    plain = uri.startswith(("postgres://", "postgresql://"))
    return with_driver(uri) if plain else uri


def _mail_domain(host: str) -> str:
    """`host` as the domain of an address; Apprise takes no short one without a dot."""
    return host if "." in host or len(host) > 5 else f"{host}.localdomain"
