"""Open the MLflow store: create it once, and report clearly if it cannot be reached."""

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
from mlops_assets.platform.home_folder import claim_home
from mlops_assets.platform.locks import lock
from mlops_assets.platform.mlflow.private import (
    client_class,
    close_connections,
    fail_at_once,
    forget_artifact_places,
)
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.store_failures import store_failures_explained

# An unavailable server should fail a step within seconds; MLflow's default of seven retries with
# backoff takes minutes.
MLFLOW_ENVIRONMENT = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
}
S3_PACKAGE = "boto3"
CREDENTIALS: dict[str, str] = {}
"""What this process wrote to the environment for the server in use."""
FILE = "mlflow.db"
CREATED: set[str] = set()
"""The databases whose tables this process knows to exist."""
OPENED: dict[Path, tuple[int, int]] = {}
"""Device and inode of each database file that this process has opened."""
PORTS = {"http": 80, "https": 443, "postgresql": 5432, "mysql": 3306}


def open_store(settings: Settings):
    """Return an `MlflowClient` for a store that exists and answers.

    Raises `InputError` with the URL and the variable if a server does not answer, and for a home
    that was copied or moved.
    """
    for name, value in MLFLOW_ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if not settings.mlflow_is_server:
        claim_home(settings)
    if settings.mlflow_is_embedded:
        _create_schema(settings)
        _follow_file(settings.mlflow_artifacts.parent / FILE)
    else:
        require_answer(settings.mlflow_tracking_uri)
        if not settings.mlflow_is_server:
            _create_schema(settings)
    return _client(settings.mlflow_tracking_uri)


def _follow_file(path: Path) -> None:
    """Let go of a database file that another has replaced, as restoring a backup does.

    Raises `InputError` if it is gone.
    """
    if not path.exists():
        if path in OPENED:  # its connections would go on in a file that nobody else can see
            raise InputError(
                seen=f"{path} is gone",
                expected="the database of MLflow that this process has begun with",
                todo="put it back, or restore a backup",
            )
        return
    found = path.stat()
    place = (found.st_dev, found.st_ino)
    if OPENED.setdefault(path, place) != place:
        close_connections()
        OPENED[path] = place


def require_answer(uri: str) -> None:
    """Raise `InputError` unless something accepts connections at `uri`."""
    parts = urlsplit(uri)
    kind = parts.scheme.partition("+")[0]  # without the driver
    if kind not in PORTS or not parts.hostname:  # a file, or a socket of this machine
        return
    try:
        address = (parts.hostname, parts.port or PORTS[kind])
        socket.create_connection(address, timeout=5).close()
    except OSError as error:
        raise unreachable(uri, error) from error


def unreachable(uri: str, error: Exception) -> InputError:
    """The error for an MLflow server or database that does not answer."""
    return InputError(
        seen=f"MLflow at {without_secrets(uri)} does not answer ({error})",
        expected="a running MLflow tracking server, or its database, at that address",
        todo="start it, or set MLFLOW_TRACKING_URI to the right address "
        "(unset it to use the embedded store)",
    )


def refused(uri: str, error: Exception) -> InputError:
    """The error for a server that answers with an error."""
    text = error_text(error, uri)
    login = "correct MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"
    log = "check the server's log, or set MLFLOW_TRACKING_URI to the right address"
    return InputError(
        seen=f"MLflow at {without_secrets(uri)} answered with an error: {text}",
        expected="a working MLflow tracking server that grants access",
        todo=login if "error code 401" in text else log,
    )


def error_text(error: BaseException, uri: str) -> str:
    """The text of an error without the secrets of `uri`, which MLflow includes in its messages."""
    secret, at, _ = urlsplit(uri).netloc.rpartition("@")
    shown = str(error).replace(uri.rstrip("/"), without_secrets(uri).rstrip("/"))
    return shown.replace(f"{secret}@", "") if at else shown


@contextmanager
def explained(settings: Settings):
    """Turn a lost connection, an error of a server, or a failed store into an `InputError`."""
    uri = settings.mlflow_tracking_uri
    _load_mlflow(uri)
    from mlflow.exceptions import MlflowException

    try:
        with store_failures_explained(settings):
            yield
    except (MlflowException, OSError) as error:
        if not settings.mlflow_is_embedded:
            require_answer(uri)
        if settings.mlflow_is_server and isinstance(error, MlflowException):
            raise refused(uri, error) from None  # the cause may show a secret of the URI
        raise
    except ImportError as error:
        if error.name != S3_PACKAGE:
            raise
        raise InputError(
            seen=f"MLflow has artifacts on S3, but {S3_PACKAGE} is not installed",
            expected="the optional dependencies `s3` of this project",
            todo="pip install 'mlops-assets[s3]'",
        ) from None


def _create_schema(settings: Settings) -> None:
    # A fresh store is broken permanently if several processes open it at once.
    uri = settings.mlflow_tracking_uri
    if uri in CREATED:
        return
    if settings.mlflow_is_embedded:
        settings.mlflow_artifacts.mkdir(parents=True, exist_ok=True)
    with lock(settings, "create-mlflow", uri):
        _client(uri).search_experiments(max_results=1)
    CREATED.add(uri)


def _client(uri: str):
    _load_mlflow(uri)
    import mlflow

    uri = _without_password(uri)
    # Kinds use MLflow's fluent functions, which have one store per process. It also writes the URI
    # to the environment, where it would become the setting of the next home.
    with _environment_kept("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"):
        if mlflow.get_tracking_uri() != uri:
            forget_artifact_places()
        mlflow.set_tracking_uri(uri)
        mlflow.set_registry_uri(uri)
    return client_class()(tracking_uri=uri, registry_uri=uri)


@contextmanager
def _environment_kept(*names: str):
    before = {name: os.environ.get(name) for name in names}
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


@cache
def _load_mlflow(uri: str) -> None:
    # Garbage collection during the import, whose objects all stay, takes a fifth of its time.
    with gc_paused():
        import mlflow

        if not uri.startswith("http"):
            import mlflow.store.model_registry.sqlalchemy_store
            import mlflow.store.tracking.sqlalchemy_store  # noqa: F401

            fail_at_once()
    # Hides ten log lines about tables. Once: a level that is set empties the cache of every logger.
    logging.getLogger("mlflow.store.db.utils").setLevel(logging.WARNING)


def _without_password(uri: str) -> str:
    """The URI of a server without user and password, which MLflow reads from the environment.

    MLflow includes the URI in messages, which end up in logs and tags.
    """
    parts = urlsplit(uri)
    for name, value in CREDENTIALS.items():  # those of the server used before are not for this one
        if os.environ.get(name) == value:
            del os.environ[name]
    CREDENTIALS.clear()
    if parts.scheme not in ("http", "https") or not (parts.username and parts.password):
        return uri
    CREDENTIALS["MLFLOW_TRACKING_USERNAME"] = unquote(parts.username)
    CREDENTIALS["MLFLOW_TRACKING_PASSWORD"] = unquote(parts.password)
    os.environ.update(CREDENTIALS)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
