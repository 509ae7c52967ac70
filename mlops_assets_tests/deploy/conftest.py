"""One set of services for all tests of this folder, and a model in production there."""

from collections.abc import Iterator

import psycopg
import pytest
from dagster import DagsterRunStatus
from dagster_graphql import DagsterGraphQLClient

from mlops_assets_tests.deploy.deployment import ANNA, Deployment, deployment, log_of
from mlops_assets_tests.server import wait_until

ENDED = (DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE)
END_CONNECTIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'mlops'"


@pytest.fixture(scope="package")
def running(tmp_path_factory) -> Iterator[Deployment]:
    """All services of compose.yaml, which answer."""
    with deployment(tmp_path_factory.mktemp("deployment")) as made:
        yield made


@pytest.fixture(scope="package")
def promoted(running: Deployment) -> set[str]:
    """`small` was retrained by the page, and its version 1 promoted by a command.

    It has the command lines of all services and of the run, as `ps` shows them to everybody.
    """
    with psycopg.connect(running.postgres, autocommit=True) as connection:
        # As a restart of PostgreSQL does; the pools open new connections.
        assert len(connection.execute(END_CONNECTIONS).fetchall()) > 2
    port, processes = int(running.env["DAGSTER_PORT"]), set[str]()
    client = DagsterGraphQLClient("127.0.0.1", port_number=port, auth=ANNA)
    run_id = client.submit_job_execution("small_retrain")

    def has_ended() -> bool:
        processes.update(running.processes())
        return client.get_run_status(run_id) in ENDED

    wait_until(has_ended, 120)
    assert client.get_run_status(run_id) is DagsterRunStatus.SUCCESS, log_of(running, "code")
    done = running.run("promote", "small", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    return processes
