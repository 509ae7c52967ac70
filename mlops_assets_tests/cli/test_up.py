"""`mlops-assets up`: one for each home, one Ctrl-C for everything, what a killed one leaves."""

import socket

import dagster as dg
import pytest

from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.running_up import answers, command_lines, kill, up
from mlops_assets_tests.server import free_port, wait_until

pytestmark = pytest.mark.process


def has_ticked(checkout: Checkout) -> bool:
    """Whether the drift sensor has said something, so the daemon has begun."""
    with dg.DagsterInstance.from_config(str(checkout.settings.dagster_home)) as instance:
        (state,) = [it for it in instance.all_instigator_state() if "drift" in it.name] or [None]
        return bool(state and instance.get_ticks(state.origin.get_id(), state.selector_id))


def test_a_home_has_one_up_and_what_a_killed_one_left_is_named_and_ended(tmp_path):
    checkout = make_checkout(tmp_path, models=("heart_disease",))
    with up(checkout) as first:
        wait_until(lambda: answers(f"{first.api}/health/live") and has_ticked(checkout), 60)
        pages = ("Models", "Dagster", "MLflow", "API", "State", "Stop")
        lines = first.printed.read_text().splitlines()
        assert [it.split()[0] for it in lines if it] == list(pages)
        second = checkout.run("up", DAGSTER_PORT=str(free_port()), MLFLOW_PORT=str(free_port()))
        assert second.returncode == 2
        assert f"already: process {first.process.pid}, Dagster on {first.dagster}" in second.stderr
        kill(first.process)
    refused = checkout.run("up")
    assert refused.returncode == 2
    assert "was killed and left running" in refused.stderr
    for server in (
        "overview.server",
        "cli serve",
        "dagster.daemon",
        "code-server",
        "mlflow_server",
    ):
        assert server in refused.stderr
    assert "mlops-assets up --end-orphans" in refused.stderr
    taken = first.mlflow.rpartition(":")[2]
    with socket.create_server(("127.0.0.1", 0)) as other:
        ports = {"DAGSTER_PORT": str(other.getsockname()[1]), "MLFLOW_PORT": taken}
        ended = checkout.run("up", "--end-orphans", **ports)
    assert "processes that an earlier `up` left running" in ended.stdout
    assert "is taken" in ended.stderr  # so that this test need not wait for the pages again
    assert not command_lines(of=str(checkout.folder))
    assert not (checkout.folder / "mlartifacts").exists()


@pytest.mark.parametrize("variable", ["DAGSTER_PORT", "MLFLOW_PORT", "SERVING_PORT"])
def test_a_taken_port_is_named_with_the_variable_that_moves_it(tmp_path, variable):
    checkout = make_checkout(tmp_path)
    names = ("DAGSTER_PORT", "MLFLOW_PORT", "SERVING_PORT")
    ports = {name: str(free_port()) for name in names}
    with socket.create_server(("127.0.0.1", int(ports[variable]))):
        done = checkout.run("up", **ports)
    assert done.returncode == 2
    assert f"port {ports[variable]} of 127.0.0.1 is taken" in done.stderr
    assert f"{variable}=" in done.stderr


def test_pages_that_others_can_reach_need_a_login(tmp_path):
    done = make_checkout(tmp_path).run("up", "--host", "0.0.0.0")  # noqa: S104
    assert done.returncode == 2
    assert "set UI_USERS" in done.stderr
    unhashed = make_checkout(tmp_path / "two").run("up", UI_USERS="anna=secret")
    assert unhashed.returncode == 2
    assert "entry 1 of UI_USERS" in unhashed.stderr
    assert "secret" not in unhashed.stderr
