"""Opens the MLflow store: creates it once, and says clearly when it cannot be reached."""

import logging
import os
import socket
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from mlops_assets.errors import InputError
from mlops_assets.platform.addresses import without_secrets
from mlops_assets.platform.gc_pause import gc_paused
from mlops_assets.platform.settings import Settings

# A server that is away must fail a step in seconds: MLflow's own seven retries with growing pauses
# take minutes.
MLFLOW_ENVIRONMENT = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
}
PORTS = {"http": 80, "https": 443, "postgresql+psycopg": 5432}


def open_store(settings: Settings):
    """An `MlflowClient` on a store that exists and answers.

    Raises `InputError` naming the address and the variable where a server does not answer.
    """
    for name, value in MLFLOW_ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if settings.mlflow_is_embedded:
        _create_schema_once(settings.mlflow_tracking_uri, settings.mlflow_artifacts)
    else:
        require_answer(settings.mlflow_tracking_uri)
    return _client(settings.mlflow_tracking_uri)


def require_answer(uri: str) -> None:
    """Raise `InputError` unless something accepts connections at `uri`."""
    parts = urlsplit(uri)
    if parts.scheme not in PORTS or not parts.hostname:  # a file, or a socket of this machine
        return
    try:
        address = (parts.hostname, parts.port or PORTS[parts.scheme])
        socket.create_connection(address, timeout=5).close()
    except OSError as error:
        raise unreachable(uri, error) from error


def unreachable(uri: str, error: Exception) -> InputError:
    """What a person reads when the MLflow server or its database is away."""
    return InputError(
        seen=f"MLflow at {without_secrets(uri)} does not answer ({error})",
        expected="a running MLflow tracking server, or its database, at that address",
        todo="start it, or set MLFLOW_TRACKING_URI to the right address "
        "(unset it to use the embedded store)",
    )


def refused(uri: str, error: Exception) -> InputError:
    """What a person reads when a server answers with an error."""
    return InputError(
        seen=f"MLflow at {without_secrets(uri)} answered with an error: {error_text(error, uri)}",
        expected="an MLflow tracking server that is well and knows you",
        todo="look at the server's log, or set MLFLOW_TRACKING_URI to the right address",
    )


def error_text(error: BaseException, uri: str) -> str:
    """The text of an error without the secrets of `uri`, which MLflow puts into its messages."""
    secret, at, _ = urlsplit(uri).netloc.rpartition("@")
    shown = str(error).replace(uri.rstrip("/"), without_secrets(uri).rstrip("/"))
    return shown.replace(f"{secret}@", "") if at else shown


@contextmanager
def explained(settings: Settings):
    """Turn a lost connection, and what a server answers to be an error, into an `InputError`."""
    uri = settings.mlflow_tracking_uri
    _load_mlflow(uri)
    from mlflow.exceptions import MlflowException

    try:
        yield
    except (MlflowException, OSError) as error:
        if not settings.mlflow_is_embedded:
            require_answer(uri)
        if settings.mlflow_is_server and isinstance(error, MlflowException):
            raise refused(uri, error) from None  # what it came from may show a secret of the URI
        raise


@cache
def _create_schema_once(uri: str, artifacts: Path) -> None:
    # Several processes that open a fresh SQLite store together break it for good.
    from filelock import FileLock

    artifacts.mkdir(parents=True, exist_ok=True)
    with FileLock(artifacts.parent / "create.lock"):
        _client(uri).search_experiments(max_results=1)


def _client(uri: str):
    # Ten lines about tables tell a person nothing.
    logging.getLogger("mlflow.store.db.utils").setLevel(logging.WARNING)
    _load_mlflow(uri)
    import mlflow

    uri = _without_password(uri)
    # Kinds use MLflow's functions, which know one store a process.
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    return mlflow.MlflowClient(tracking_uri=uri, registry_uri=uri)


@cache
def _load_mlflow(uri: str) -> None:
    # Looking for garbage in what an import makes, which all stays, takes a fifth of its time.
    with gc_paused():
        import mlflow

        if not uri.startswith("http"):
            import mlflow.store.model_registry.sqlalchemy_store
            import mlflow.store.tracking.sqlalchemy_store  # noqa: F401


def _without_password(uri: str) -> str:
    """The URI of a server without user and password, which MLflow takes from the environment.

    It writes the URI into messages, and those go into logs and tags.
    """
    parts = urlsplit(uri)
    if parts.scheme not in ("http", "https") or not (parts.username and parts.password):
        return uri
    os.environ["MLFLOW_TRACKING_USERNAME"] = unquote(parts.username)
    os.environ["MLFLOW_TRACKING_PASSWORD"] = unquote(parts.password)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
