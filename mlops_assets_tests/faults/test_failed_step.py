"""A step that raises, and a retry that mends it, as MLflow tells it afterwards."""

import pytest

from mlops_assets.platform.mlflow.runs import REASON_TAG
from mlops_assets_tests.world import small_table


def test_a_step_that_raises_leaves_child_and_parent_failed_with_the_reason(world):
    world.csv.unlink()
    assert not world.retrain().success
    child, (parent,) = world.children()["raw_data"], world.parents()
    assert (child.info.status, parent.info.status) == ("FAILED", "FAILED")
    assert "table.csv" in child.data.tags[REASON_TAG]
    assert parent.data.tags[REASON_TAG] == child.data.tags[REASON_TAG]


def test_a_blocking_check_leaves_a_failed_child_and_nothing_after_it(world):
    table = small_table()
    table.loc[3, "y"] = None
    table.to_csv(world.csv, index=False)
    assert not world.retrain().success
    children = world.children()
    assert set(children) == {"raw_data", "no_missing_target"}
    assert children["raw_data"].info.status == "FINISHED"
    assert children["no_missing_target"].info.status == "FAILED"
    assert "1 of 400 rows have no 'y'" in children["no_missing_target"].data.tags[REASON_TAG]
    assert world.parents()[0].info.status == "FAILED"


@pytest.mark.process
def test_a_retry_from_failure_continues_the_same_parent_and_finishes_it(world):
    world.spec["model"] = {**world.spec["model"], "params": {"max_iter": -1}}
    failed = world.retrain()
    assert not failed.success
    (parent,) = world.parents()
    assert parent.info.status == "FAILED"

    world.spec["model"] = {**world.spec["model"], "params": {"max_iter": 100}}
    assert world.retry(failed).success
    (after,) = world.parents()
    assert (after.info.run_id, after.info.status) == (parent.info.run_id, "FINISHED")


def test_a_value_that_cannot_be_written_leaves_no_finished_child(world):
    (world.settings.home / "lake").write_text("a file where the lake should be")
    assert not world.retrain().success
    (child,), (parent,) = world.children().values(), world.parents()
    assert (child.info.run_name, child.info.status) == ("raw_data", "FAILED")
    assert (parent.info.status, parent.data.tags[REASON_TAG]) == (
        "FAILED",
        child.data.tags[REASON_TAG],
    )
    assert "lake" in child.data.tags[REASON_TAG]


def test_a_step_whose_input_is_missing_leaves_a_failed_child_with_what_to_do(world):
    assert not world.retrain("raw_data", "evaluation").success
    children = world.children()
    assert children["raw_data"].info.status == "FINISHED"
    assert children["evaluation"].info.status == "FAILED"
    assert "Materialize it first" in children["evaluation"].data.tags[REASON_TAG]
    assert "Materialize it first" in world.parents()[0].data.tags[REASON_TAG]
