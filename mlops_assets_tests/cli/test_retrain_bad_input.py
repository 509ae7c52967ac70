"""What `mlops-assets retrain` prints of a step that fails: why, and what to do, on one line."""

import pytest

from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.world import small_table, small_yaml

pytestmark = pytest.mark.process

MODEL = small_yaml("small")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Checkout:
    checkout = make_checkout(tmp_path_factory.mktemp("retrain"))
    checkout.model("small", MODEL)
    return checkout


def test_a_step_that_fails_says_what_was_seen_and_what_to_do(checkout):
    done = checkout.run("retrain", "small")
    assert done.returncode == 1
    why, end = done.stderr.splitlines()
    assert why.strip().startswith(f"no file {checkout.folder}/table.csv. Expected: a file")
    assert "To do: correct `path` in defs.yaml" in why
    assert end == "The retrain failed; the step above says why."


def test_a_check_that_fails_says_what_was_seen_and_what_to_do(checkout):
    small_table(20).to_csv(checkout.folder / "table.csv", index=False)
    done = checkout.run("retrain", "small")
    assert done.returncode == 1
    assert "has_enough_rows: 20 rows. To do: " in done.stdout
    assert done.stderr.splitlines() == ["The retrain failed; the step above says why."]
