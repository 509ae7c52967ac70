"""The processes of a run read the defs.yaml of the run's model, and no other."""

import pytest

from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.faults.test_first_use import MODEL
from mlops_assets_tests.forked import run_code
from mlops_assets_tests.loading.launched import Launched, launch

pytestmark = pytest.mark.process
BAD = "type: mlops_assets.component.ModelLifecycle\nattributes: {name: model_3, source: no}\n"
ONE_MODEL = """
import sys
from mlops_assets.definitions import defs_of
from mlops_assets.loading import specs

print(*specs(defs_of(sys.argv[1])))
"""
ONE, TWO = "model_1/raw_data", "model_2/raw_data"
CHECK = """
import dagster as dg

@dg.asset_check(asset=dg.AssetKey(["model_2", "raw_data"]), blocking=True)
def somebody_elses_check():
    return dg.AssetCheckResult(passed=True)
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Checkout:
    made = make_checkout(tmp_path_factory.mktemp("own"))
    for number in (1, 2):
        made.model(f"model_{number}", MODEL.format(number=number))
    made.model("model_3", BAD)
    (made.folder / "mlops_assets" / "defs" / "more.py").write_text(CHECK)
    return made


@pytest.fixture(scope="module")
def launched(checkout) -> Launched:
    return launch(
        checkout,
        ("model_1_retrain", [ONE]),
        ("__ASSET_JOB", [ONE, "model_1/features"]),
        ("__ASSET_JOB", [ONE, TWO]),
        ("model_2_retrain", [TWO]),
    )


def test_every_run_succeeds_though_a_model_is_broken(launched):
    assert [run["status"] for run in launched.runs] == ["SUCCESS"] * 4
    assert {"model_1_retrain", "model_2_retrain"} <= launched.served["jobs"]
    assert "model_3_retrain" not in launched.served["jobs"]


def test_a_run_of_a_job_reads_its_own_model_only(launched):
    assert launched.read_by(launched.runs[0]) == {"model_1"}


def test_a_run_of_selected_assets_of_one_model_reads_that_one_only(launched):
    assert launched.read_by(launched.runs[1]) == {"model_1"}


def test_a_run_of_two_models_reads_all(launched):
    assert launched.read_by(launched.runs[2]) == {"model_1", "model_2", "model_3"}


def test_a_run_with_a_check_from_elsewhere_reads_all_and_runs_it(launched):
    run = launched.runs[3]
    assert launched.read_by(run) == {"model_1", "model_2", "model_3"}
    assert "model_2__raw_data_somebody_elses_check" in run["steps"]


def test_the_code_server_reads_all_and_tells_which_model_it_left_out(launched):
    assert {"model_1", "model_2", "model_3"} in launched.opened.values()
    assert "refused_models" in launched.served["sensors"]


def test_a_command_about_one_model_loads_it_though_another_is_broken(checkout):
    where = {"folder": checkout.folder, "environment": checkout.environment}
    one = run_code(ONE_MODEL, ["model_1"], **where)
    assert one.stdout.split() == ["model_1"], one.stderr
    every = run_code("from mlops_assets.definitions import defs; defs()", [], **where)
    assert "model_3/defs.yaml:2: `source` is False" in every.stderr


def test_steps_in_processes_of_their_own_read_their_model_only(checkout):
    launched = launch(checkout, ("model_1_retrain", [ONE]), MLOPS_ASSETS_EXECUTOR="multiprocess")
    (run,) = launched.runs
    assert run["status"] == "SUCCESS", run["messages"]
    assert any("in subprocess" in it for it in run["messages"])
    assert launched.read_by(run) == {"model_1"}
