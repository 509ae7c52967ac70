"""Every service of deploy/compose.yaml, started as the file has it, on this machine."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import psutil
import psycopg
import requests

from mlops_assets.platform.settings import Settings
from mlops_assets.platform.ui.users import entry
from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.deploy.compose import DEPLOY, Service, example, own_services
from mlops_assets_tests.deploy.nginx import DOMAIN
from mlops_assets_tests.deploy.s3 import KEYS, s3_server
from mlops_assets_tests.forked import run_module
from mlops_assets_tests.postgres import programs, server
from mlops_assets_tests.server import free_port, wait_until
from mlops_assets_tests.world import small_table, small_yaml

START_SECONDS, STOP_SECONDS = 120, 10
ANNA, ADMIN = ("anna", "correct horse"), ("admin", "correct-horse-battery")
PROXY = ("proxy", "another correct horse")
KEY = "a-key-of-16-characters-or-more"
DATABASE_PASSWORD, FLASK_KEY = "staple-of-the-database", "staple-of-the-cookies"


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

    def health(self, name: str, **environment: str) -> bool:
        """Whether the health check of a service passes, as Docker asks."""
        given, folder = {**self.environment(name), **environment}, self.checkout.folder
        check = self.services[name].healthcheck
        return subprocess.run(check, cwd=folder, env=given, capture_output=True).returncode == 0

    def processes(self) -> Iterator[str]:
        """The command lines of all services, and of what they have started."""
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                yield " ".join(process.cmdline())


@contextmanager
def deployment(folder: Path) -> Iterator[Deployment]:
    """All services with a model `small`, which is promoted manually; they end with the block.

    They start at once, as after a restart of the machine, which does not know what depends on what.
    """
    checkout = make_checkout(folder)
    small_table().to_csv(folder / "table.csv", index=False)
    checkout.model("small", small_yaml("small") + "  promotion: manual\n")
    with backing_services(checkout) as made, _running(made, *UP.keys() - {"mlflow"}):
        yield made


@contextmanager
def backing_services(checkout: Checkout) -> Iterator[Deployment]:
    """PostgreSQL, an S3 API and MLflow's server, after the service `init` has ended."""
    shutil.copytree(DEPLOY, checkout.folder / "deploy")
    with s3_server() as s3, server() as postgres:
        _require_passwords(postgres)
        _run_sql(postgres, (DEPLOY / "databases.sql").read_text())
        env = dot_env(postgres, s3)
        made = Deployment(checkout, env, own_services(env), postgres)
        with _running(made, "mlflow"):
            _finished(made, "init")
            yield made


def dot_env(postgres: str, s3: str) -> dict[str, str]:
    """What .env.example has, with addresses, ports and secrets of this machine."""
    ports = ("MLFLOW_PORT", "DAGSTER_PORT", "DAGSTER_CODE_PORT", "SERVING_PORT")
    own = {name: str(free_port()) for name in ports}
    users = {"UI_USERS": f"{entry(*ANNA)} {entry(*PROXY)}", "SERVING_API_KEY": f"shop:{KEY}"}
    login = {"MLFLOW_TRACKING_USERNAME": ADMIN[0], "MLFLOW_TRACKING_PASSWORD": ADMIN[1]}
    login |= {"POSTGRES_PASSWORD": DATABASE_PASSWORD, "MLFLOW_FLASK_SERVER_SECRET_KEY": FLASK_KEY}
    hosts = {
        "MLFLOW_SERVER_ALLOWED_HOSTS": f"127.0.0.1:*,mlflow.{DOMAIN}",
        "DAGSTER_SERVER_ALLOWED_HOSTS": f"127.0.0.1,dagster.{DOMAIN}",
        "SERVING_ALLOWED_HOSTS": f"127.0.0.1,api.{DOMAIN}",
        "DAGSTER_CODE_HOST": "127.0.0.1",
    }
    addresses = {
        "MLFLOW_TRACKING_URI": f"http://127.0.0.1:{own['MLFLOW_PORT']}",
        "MLFLOW_UI_URL": f"https://mlflow.{DOMAIN}",
        "DAGSTER_UI_URL": f"https://dagster.{DOMAIN}",
    }
    files = {"MLFLOW_S3_ENDPOINT_URL": s3, **KEYS}
    found = example(**own, **users, **login, **hosts, **addresses, **files)
    place = postgres.rpartition("?")[2]
    return {name: _on_socket(value, place) for name, value in found.items()}


def _on_socket(url: str, place: str) -> str:
    """The address of a database at the service `postgres`, on this machine's server."""
    return f"{url.replace('@postgres/', '@/')}?{place}" if "@postgres/" in url else url


def environment_of(service: Service, checkout: Checkout) -> dict[str, str]:
    """A service's environment, with a home, programs and packages of this machine."""
    path = [str(programs()), str(Path(sys.executable).parent), os.environ["PATH"]]
    python = [str(checkout.folder), os.environ.get("PYTHONPATH", "")]
    here = {"MLOPS_ASSETS_HOME": str(checkout.folder / "state")}
    here |= {"PATH": os.pathsep.join(path), "PYTHONPATH": os.pathsep.join(python)}
    return {**checkout.environment, **service.environment, **here}


def _require_passwords(url: str) -> None:
    """Make the user of .env.example, who needs a password from now on."""
    name = example()["POSTGRES_USER"]
    with psycopg.connect(url, autocommit=True) as connection:
        role = f"CREATE ROLE {name} SUPERUSER LOGIN PASSWORD '{DATABASE_PASSWORD}'"
        connection.execute(role)  # pyright: ignore[reportArgumentType]
        (file,) = connection.execute("SHOW hba_file").fetchone() or ("",)
        rules = Path(file)
        rules.write_text(f"local all {name} scram-sha-256\n{rules.read_text()}")
        connection.execute("SELECT pg_reload_conf()")


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


@contextmanager
def _running(made: Deployment, *names: str) -> Iterator[None]:
    """Services until the end of the block, which begins when all of them are up."""
    processes = {name: _process(made, name) for name in names}
    try:
        for name, process in processes.items():
            wait_until(partial(_is_up, made, name, process), START_SECONDS)
        yield
    finally:
        _end(processes.values())


def _is_up(made: Deployment, name: str, process: subprocess.Popen) -> bool:
    assert process.poll() is None, log_of(made, name)
    return UP[name](made)


def _end(processes: Collection[subprocess.Popen]) -> None:
    """Stop them as `docker compose stop` does, which kills after ten seconds."""
    for process in processes:
        process.send_signal(signal.SIGTERM)
    ends = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(ends - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def log_of(made: Deployment, name: str) -> str:
    """The end of what a service printed."""
    return (made.checkout.folder / f"{name}.log").read_text()[-3000:]


def _answers(address: str, **options: Any) -> bool:
    try:
        return requests.get(address, timeout=5, **options).ok
    except requests.RequestException:
        return False


def _shows_models(address: str) -> bool:
    """Whether the page has found the code server; until then it has no jobs."""
    asked = {"query": "{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }"}
    try:
        answer = requests.post(address, json=asked, auth=ANNA, timeout=30)
    except requests.RequestException:
        return False
    return answer.ok and bool(answer.json()["data"]["repositoriesOrError"].get("nodes"))


def _accepts(port: str) -> bool:
    try:
        socket.create_connection(("127.0.0.1", int(port)), timeout=5).close()
    except OSError:
        return False
    return True


UP: dict[str, Callable[[Deployment], bool]] = {
    "mlflow": lambda made: _answers(f"{made.url('MLFLOW')}/health"),
    "code": lambda made: _accepts(made.env["DAGSTER_CODE_PORT"]),
    "daemon": lambda made: True,
    "webserver": lambda made: _shows_models(f"{made.url('DAGSTER')}/graphql"),
    "serving": lambda made: _answers(f"{made.url('SERVING')}/health/live"),
}
"""When a service is up; quicker to ask than its health check, which a test runs too."""
