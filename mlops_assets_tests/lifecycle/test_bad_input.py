"""What bad input gets: a clear reason in MLflow, and nothing half-written."""

import pytest

from mlops_assets.lifecycle.jobs import RETRAIN
from mlops_assets.platform.mlflow.runs import REASON_TAG
from mlops_assets_tests.lifecycle.bad_inputs import BAD, Bad
from mlops_assets_tests.world import World, small_table

# Without data_profile, whose report takes seconds and stops nothing.
STAGES = [asset for asset in RETRAIN if asset != "data_profile"]
BEFORE = {
    "raw_data": set(),
    "features": {"raw_data"},
    "both_sides_have_every_class": {"raw_data", "features"},
    "trained_model": {"raw_data", "features"},
}


@pytest.mark.parametrize("bad", BAD.values(), ids=list(BAD))
def test_bad_input_stops_the_run_says_why_and_leaves_nothing_behind(world, bad: Bad):
    bad.arrange(world)
    retrain_fails(world, bad)


def test_an_address_with_another_hash_stops_the_run_and_keeps_no_file(world, web):
    (web.folder / "table.csv").write_bytes(world.csv.read_bytes())
    address = f"{web.url}/table.csv"
    world.spec["source"] = {"type": "csv", "path": address, "sha256": "0" * 64}
    words = (f"{address} has SHA-256", f"Expected: SHA-256 {'0' * 64}", "correct `sha256`")
    retrain_fails(world, Bad(lambda _: None, "raw_data", words))
    assert web.requests == 1
    assert list(world.settings.cache_dir.iterdir()) == []


def test_the_data_checks_say_no_more_than_what_is_wrong(world):
    BAD["target with nulls"].arrange(world)
    world.retrain(*STAGES)
    assert set(world.children()) == {"raw_data", "no_missing_target"}


def retrain_fails(world: World, bad: Bad) -> None:
    result = world.retrain(*STAGES)
    assert not result.success
    child, (parent,) = world.children()[bad.child], world.parents()
    assert (child.info.status, parent.info.status) == ("FAILED", "FAILED")
    assert [word for word in bad.words if word not in child.data.tags[REASON_TAG]] == []
    assert parent.data.tags[REASON_TAG]
    seen = {event.asset_key.path[-1] for event in result.get_asset_materialization_events()}
    assert seen == BEFORE.get(bad.child, {"raw_data"})
    lake = world.settings.home / "lake" / "small"
    assert {path.name for path in lake.glob("*")} == seen
    assert not list(world.client.search_registered_models())
    experiment = world.client.get_experiment_by_name("small").experiment_id
    assert not list(world.client.search_logged_models([experiment]))


@pytest.mark.process
def test_a_word_among_personal_numbers_is_told_without_the_word(world):
    world.spec |= {"context": {"weight": "exposure"}, "personal": ["exposure"]}
    table = small_table().assign(exposure="1.5")
    table.loc[3, "exposure"] = "a secret"
    table.to_csv(world.csv, index=False)
    result = world.retrain()  # with the profile, which is rendered from the same rows
    assert not result.success
    failed = {it.check_name: it for it in result.get_asset_check_evaluations() if not it.passed}
    assert "not valid numeric values" in str(failed["columns_fit_their_roles"].metadata)
    assert "a secret" not in str([event.event_specific_data for event in result.all_events])
