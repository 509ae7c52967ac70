"""`mlops-assets up`: serve the Dagster UI with its daemon and the MLflow UI until Ctrl-C."""

import ipaddress
import sys
from typing import Annotated

import typer

from mlops_assets.cli.serve import has_extra
from mlops_assets.cli.servers import end_orphans, only_one, serve
from mlops_assets.errors import InputError
from mlops_assets.platform.file_systems import open_files
from mlops_assets.platform.mlflow.artifact_root import artifact_root
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.ports import require_free_port
from mlops_assets.platform.served_addresses import ServedAddresses, remember
from mlops_assets.platform.settings import Settings

# The entry point of MLflow's server with `registry/mlflow_guard.py`.
GUARDED = "mlops-assets"
LOOPBACK, ANYWHERE = "127.0.0.1", ("0.0.0.0", "::")  # noqa: S104 - to recognize them
NOT_SERVED = "not served: pip install 'mlops-assets[serving]'"
# MLflow's background jobs are for LLM traces; without them there are three processes fewer.
MLFLOW_SERVER = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
# What `dagster dev` says of itself to its processes.
DAGSTER_SERVER = {"DAGSTER_IS_DEV_CLI": "1"}


def up(
    dagster_port: Annotated[int, typer.Option(envvar="DAGSTER_PORT")] = 3000,
    mlflow_port: Annotated[int, typer.Option(envvar="MLFLOW_PORT")] = 5000,
    serving_port: Annotated[int, typer.Option(envvar="SERVING_PORT")] = 8000,
    host: Annotated[
        str, typer.Option(envvar="UI_HOST", help="Another address needs UI_USERS.")
    ] = LOOPBACK,
    end_orphans_: Annotated[
        bool, typer.Option("--end-orphans", help="End what a killed `up` of this home left.")
    ] = False,
) -> None:
    """Serve the Dagster UI (with its daemon), the MLflow UI and the prediction API until Ctrl-C.

    The API has all models, as `mlops-assets serve` does, and listens to this machine alone.

    All models on one page: /overview, at Dagster's address.

    If MLFLOW_TRACKING_URI is a server, that one has the MLflow UI, and only Dagster is served.

    Example:  mlops-assets up --dagster-port 3001 --mlflow-port 5001
    """
    shown = LOOPBACK if host in ANYWHERE else host
    pages = {"Dagster": f"http://{shown}:{dagster_port}", "MLflow": f"http://{shown}:{mlflow_port}"}
    settings = Settings.from_environment()
    if settings.mlflow_is_server:
        pages["MLflow"] = settings.mlflow_ui
    _require_login(host, settings)
    with only_one(settings, ", ".join(f"{name} on {url}" for name, url in pages.items())):
        end_orphans(settings, unasked=end_orphans_)
        api = serving_port if has_extra() else None
        raise typer.Exit(_serve(host, dagster_port, mlflow_port, api, pages, settings))


def _serve(
    host: str,
    dagster_port: int,
    mlflow_port: int,
    serving_port: int | None,
    pages: dict[str, str],
    settings: Settings,
) -> int:
    from mlops_assets.platform.dagster.home import open_instance

    require_free_port(host, dagster_port, "DAGSTER_PORT")
    if not settings.mlflow_is_server:
        require_free_port(host, mlflow_port, "MLFLOW_PORT")
    if serving_port:
        require_free_port(LOOPBACK, serving_port, "SERVING_PORT")
    open_files(settings.lake_url)
    open_instance(settings).dispose()
    open_store(settings)
    mlflow = None if settings.mlflow_is_server else pages["MLflow"]
    remember(settings.home, ServedAddresses(dagster_ui=pages["Dagster"], mlflow_ui=mlflow))
    overview = ("Models", f"{pages['Dagster']}/overview")
    api = f"http://{LOOPBACK}:{serving_port}/docs" if serving_port else NOT_SERVED
    for name, url in (
        overview,
        *pages.items(),
        ("API", api),
        ("State", settings.home),
        ("Stop", "Ctrl-C"),
    ):
        typer.echo(f"{name:<9}{url}")
    typer.echo()
    module = "mlops_assets.overview.server"
    commands = [[sys.executable, "-m", module, host, str(dagster_port)]]
    environment = DAGSTER_SERVER
    if not settings.mlflow_is_server:
        commands.append(_mlflow(host, mlflow_port, settings))
        environment = {**environment, **_mlflow_environment(settings)}
    return serve(commands, settings, environment, extra=_api(serving_port))


def _require_login(host: str, settings: Settings) -> None:
    """Raise `InputError` if others can reach the pages, where code is run, without a login."""
    from mlops_assets.platform.ui.users import checked

    users = checked(settings.ui_users.get_secret_value())
    if not (users or _is_loopback(host)):
        raise InputError(
            seen=f"pages on {host}, which others can reach, without a login",
            expected="users, because whoever sees the pages can run code here",
            todo="set UI_USERS to what `mlops-assets ui-user NAME` prints, or keep to 127.0.0.1",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _api(port: int | None) -> list[str]:
    options = ["--host", LOOPBACK, "--port", str(port), "--unannounced"]
    return [sys.executable, "-m", "mlops_assets.cli", "serve", *options] if port else []


def _mlflow(host: str, port: int, settings: Settings) -> list[str]:
    options = ["--host", host, "--port", str(port), "--workers", "1", "--app-name", GUARDED]
    # No proxy: it would write to files that serve, whatever the guard says.
    artifacts = ["--no-serve-artifacts", "--default-artifact-root"]
    options += ["--uvicorn-opts", "--log-level warning"]
    command = [sys.executable, "-m", "mlops_assets.platform.ui.mlflow_server", *options]
    return [*command, *artifacts, artifact_root(settings)]


def _mlflow_environment(settings: Settings) -> dict[str, str]:
    """What may have a password is not on a command line, which everybody on the machine sees."""
    uri = settings.mlflow_tracking_uri
    return {
        **MLFLOW_SERVER,
        "MLFLOW_BACKEND_STORE_URI": uri,
        "MLFLOW_REGISTRY_STORE_URI": uri,  # otherwise it prints that it takes the other one
    }
