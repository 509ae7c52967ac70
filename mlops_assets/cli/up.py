"""`mlops-assets up`: serve the Dagster UI with its daemon and the MLflow UI until Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import time
from typing import Annotated

import typer

from mlops_assets.cli.terminal import say
from mlops_assets.errors import InputError
from mlops_assets.platform.mlflow.store import MLFLOW_ENVIRONMENT, open_store
from mlops_assets.platform.settings import Settings

HOST = "127.0.0.1"
STOP_SECONDS = 20
# The entry point of MLflow's server with `registry/mlflow_guard.py`.
GUARDED = "mlops-assets"
# MLflow's background jobs are for LLM traces; without them there are three processes fewer.
SERVER_ENVIRONMENT = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}


def up(
    dagster_port: Annotated[int, typer.Option(envvar="DAGSTER_PORT")] = 3000,
    mlflow_port: Annotated[int, typer.Option(envvar="MLFLOW_PORT")] = 5000,
) -> None:
    """Serve the Dagster UI (with its daemon) and the MLflow UI until Ctrl-C.

    Example:  mlops-assets up --dagster-port 3001 --mlflow-port 5001
    """
    from mlops_assets.platform.dagster.home import open_instance

    require_free_port(dagster_port, "DAGSTER_PORT")
    require_free_port(mlflow_port, "MLFLOW_PORT")
    os.environ.setdefault("DAGSTER_UI_URL", f"http://{HOST}:{dagster_port}")
    os.environ.setdefault("MLFLOW_UI_URL", f"http://{HOST}:{mlflow_port}")
    settings = Settings.from_environment()
    open_instance(settings).dispose()
    open_store(settings)
    typer.echo(f"Dagster  http://{HOST}:{dagster_port}")
    typer.echo(f"MLflow   http://{HOST}:{mlflow_port}")
    typer.echo(f"State    {settings.home}\nStop     Ctrl-C\n")
    commands = [_dagster(dagster_port, settings), _mlflow(mlflow_port, settings)]
    raise typer.Exit(serve(commands, settings))


def require_free_port(port: int, variable: str) -> None:
    """Raise `InputError` if something already listens on `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise InputError(
                seen=f"port {port} of {HOST} is taken ({error.strerror})",
                expected="a free port",
                todo=f"stop what uses it, or choose another: {variable}={port + 1} make up",
            ) from error


def serve(commands: list[list[str]], settings: Settings) -> int:
    """Run the commands until one ends or Ctrl-C, and stop them all; returns the exit code."""
    environment = {**os.environ, **MLFLOW_ENVIRONMENT, **SERVER_ENVIRONMENT}
    # Also if a shell started this in the background, with Ctrl-C disabled.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    # A session of their own: Ctrl-C reaches only this process, which stops them in order.
    processes = [
        subprocess.Popen(
            command, cwd=settings.project_root, env=environment, start_new_session=True
        )
        for command in commands
    ]
    code = 0
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.3)
        code = 1
        say("A server stopped unexpectedly; stopping the other.", "red", err=True)
    except KeyboardInterrupt:
        typer.echo("\nStopping …")
    _stop(processes)
    return code


def _stop(processes: list[subprocess.Popen]) -> None:
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
    for process in processes:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _dagster(port: int, settings: Settings) -> list[str]:
    workspace = str(settings.project_root / "workspace.yaml")
    options = ["-h", HOST, "-p", str(port), "-w", workspace]
    return [sys.executable, "-m", "dagster", "dev", *options]


def _mlflow(port: int, settings: Settings) -> list[str]:
    options = ["--host", HOST, "--port", str(port), "--workers", "1", "--app-name", GUARDED]
    store = ["--backend-store-uri", settings.mlflow_tracking_uri]
    artifacts = ["--default-artifact-root", settings.mlflow_artifacts.as_uri()]
    return [sys.executable, "-m", "mlflow", "server", *options, *store, *artifacts]
