"""Every service of deploy/compose.yaml, started as the file has it, on this machine."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess

import psycopg
import requests

from mlops_assets.platform.settings import Settings
from mlops_assets.platform.ui.users import entry
from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.deploy.compose import DEPLOY, Service, example, own_services
from mlops_assets_tests.deploy.s3 import KEYS, s3_server
from mlops_assets_tests.forked import run_module
from mlops_assets_tests.postgres import programs, server
from mlops_assets_tests.server import free_port, wait_until
from mlops_assets_tests.world import small_table, small_yaml

START_SECONDS, STOP_SECONDS = 120, 20
ANNA, ADMIN = ("anna", "correct horse"), ("admin", "correct horse battery")
KEY = "a-key-of-16-characters-or-more"


@dataclass(frozen=True)
class Deployment:
    """The running services. `env` is what deploy/.env would have."""

    checkout: Checkout
    env: dict[str, str]
    services: dict[str, Service]
    postgres: str

    def environment(self, name: str = "init") -> dict[str, str]:
        """The environment of a service, on this machine."""
        return environment_of(self.services[name], self.checkout)

    @property
    def settings(self) -> Settings:
        """The settings of its services."""
        return Settings.from_environment(self.environment())

    def url(self, name: str) -> str:
        """The address of a page: MLFLOW, DAGSTER or SERVING."""
        return f"http://127.0.0.1:{self.env[f'{name}_PORT']}"

    def run(self, *words: str, **environment: str) -> CompletedProcess[str]:
        """`docker compose run init mlops-assets WORDS`."""
        given = {**self.environment(), **environment}
        folder = self.checkout.folder
        return run_module("mlops_assets.cli", words, folder=folder, environment=given)


@contextmanager
def deployment(folder: Path) -> Iterator[Deployment]:
    """All services with a model `small`, which is promoted manually; they end with the block."""
    checkout = make_checkout(folder)
    small_table().to_csv(folder / "table.csv", index=False)
    checkout.model("small", small_yaml("small") + "  promotion: manual\n")
    with backing_services(checkout) as made:
        processes: list[subprocess.Popen] = []
        begun = partial(_begun, processes, made)
        try:
            waits = {name: begun(name) for name in ("code", "serving")}
            waits["code"](lambda: _accepts(made.env["DAGSTER_CODE_PORT"]))
            waits |= {name: begun(name) for name in ("daemon", "webserver")}
            live = f"{made.url('SERVING')}/health/live"
            waits["serving"](lambda: requests.get(live, timeout=5).ok)
            waits["webserver"](lambda: _page(made).ok)
            waits["daemon"](lambda: True)
            yield made
        finally:
            _ended(processes)


@contextmanager
def backing_services(checkout: Checkout) -> Iterator[Deployment]:
    """PostgreSQL, an S3 API and MLflow's server, after the service `init` has ended."""
    shutil.copytree(DEPLOY, checkout.folder / "deploy")
    with server() as postgres, s3_server() as s3:
        _run_sql(postgres, (DEPLOY / "databases.sql").read_text())
        env = dot_env(postgres, s3)
        made = Deployment(checkout, env, own_services(env), postgres)
        processes: list[subprocess.Popen] = []
        try:
            health = f"{made.url('MLFLOW')}/health"
            _begun(processes, made, "mlflow")(lambda: requests.get(health, timeout=5).ok)
            _finished(made, "init")
            yield made
        finally:
            _ended(processes)


def dot_env(postgres: str, s3: str) -> dict[str, str]:
    """What .env.example has, with addresses, ports and secrets of this machine."""
    database = {
        name: postgres.replace("postgresql://", f"{example()[name].partition(':')[0]}://").replace(
            "/postgres?", f"/{example()[name].rpartition('/')[2]}?"
        )
        for name in ("MLFLOW_BACKEND_STORE_URI", "DAGSTER_STORAGE_URL", "LEDGER_URL")
    }
    database["WAREHOUSE_URL"] = postgres.replace("/postgres?", "/warehouse?")
    ports = ("MLFLOW_PORT", "DAGSTER_PORT", "DAGSTER_CODE_PORT", "SERVING_PORT")
    own = {name: str(free_port()) for name in ports}
    mlflow = f"http://127.0.0.1:{own['MLFLOW_PORT']}"
    users = {"UI_USERS": entry(*ANNA), "SERVING_API_KEY": f"shop:{KEY}"}
    login = {"MLFLOW_TRACKING_USERNAME": ADMIN[0], "MLFLOW_TRACKING_PASSWORD": ADMIN[1]}
    hosts = {"MLFLOW_SERVER_ALLOWED_HOSTS": "127.0.0.1:*", "DAGSTER_CODE_HOST": "127.0.0.1"}
    addresses = {"MLFLOW_TRACKING_URI": mlflow, "MLFLOW_UI_URL": mlflow}
    addresses |= {"DAGSTER_UI_URL": f"http://127.0.0.1:{own['DAGSTER_PORT']}"}
    files = {"MLFLOW_S3_ENDPOINT_URL": s3, **KEYS}
    return {**example(), **database, **own, **users, **login, **hosts, **addresses, **files}


def environment_of(service: Service, checkout: Checkout) -> dict[str, str]:
    """A service's environment, with a home, programs and packages of this machine."""
    path = [str(programs()), str(Path(sys.executable).parent), os.environ["PATH"]]
    python = [str(checkout.folder), os.environ.get("PYTHONPATH", "")]
    here = {"MLOPS_ASSETS_HOME": str(checkout.folder / "state")}
    here |= {"PATH": os.pathsep.join(path), "PYTHONPATH": os.pathsep.join(python)}
    return {**checkout.environment, **service.environment, **here}


def _run_sql(url: str, text: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in text.split(";"):
            if statement.strip():
                connection.execute(statement)


def _process(made: Deployment, name: str) -> subprocess.Popen:
    with (made.checkout.folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            made.services[name].command,
            cwd=made.checkout.folder,
            env=made.environment(name),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _finished(made: Deployment, name: str) -> None:
    code = _process(made, name).wait(START_SECONDS)
    assert code == 0, log_of(made, name)


def _begun(
    processes: list[subprocess.Popen], made: Deployment, name: str
) -> Callable[[Callable[[], bool]], None]:
    """Start a service; returns what waits until it is up."""
    process = _process(made, name)
    processes.append(process)

    def wait(is_up: Callable[[], bool]) -> None:
        def answers() -> bool:
            assert process.poll() is None, log_of(made, name)
            try:
                return is_up()
            except requests.RequestException:
                return False

        wait_until(answers, START_SECONDS)

    return wait


def _ended(processes: list[subprocess.Popen]) -> None:
    """Stop them as `docker compose stop` does, which kills after ten seconds."""
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def log_of(made: Deployment, name: str) -> str:
    """The end of what a service printed."""
    return (made.checkout.folder / f"{name}.log").read_text()[-3000:]


def _page(made: Deployment) -> requests.Response:
    return requests.get(f"{made.url('DAGSTER')}/server_info", auth=ANNA, timeout=5)


def _accepts(port: str) -> bool:
    try:
        socket.create_connection(("127.0.0.1", int(port)), timeout=5).close()
    except OSError:
        return False
    return True
