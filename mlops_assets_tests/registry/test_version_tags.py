"""What MLflow's pages show of a version's tags, and what releases before 0.2 left there."""

from mlops_assets.platform.mlflow.version_tags import HIDDEN, plain, stored_key
from mlops_assets.registry.writes import WRITES
from mlops_assets_tests.versions import DAY, GATES, promoted, registered, verdict_of


def in_mlflow(registry, number: str) -> dict[str, str]:
    return dict(registry.client.get_model_version(registry.name, number).tags)


def shown(registry, number: str) -> dict[str, str]:
    tags = in_mlflow(registry, number)
    return {key: value for key, value in tags.items() if not key.startswith("mlflow.")}


def as_in_0_1(registry, number: str) -> None:
    """Store the tags of a version under their plain names, as release 0.1 did."""
    for key, value in in_mlflow(registry, number).items():
        if key.startswith(HIDDEN):
            registry.client.delete_model_version_tag(registry.name, number, key)
            plain_key = key.removeprefix(HIDDEN)
            registry.client.set_model_version_tag(registry.name, number, plain_key, value)


def test_people_see_at_most_six_short_tags(registry):
    first, _ = promoted(registry, "f1", "f2")
    failed = registered(registry, "f3", passed=False)
    registry.rollback(reason="worse")
    registry.reject(failed, reason="for good")
    for version in registry.versions():
        seen = shown(registry, str(version.version))
        assert len(seen) <= 6
        assert max(map(len, seen.values())) < 40
        assert seen["stage"] == version.tags["stage"]
    assert registry.version(first).tags["fingerprint"] == "f1"


def test_a_version_of_0_1_is_understood_and_its_next_change_moves_its_tags(registry):
    first, second = promoted(registry, "f1", "f2")
    for number in (first, second):
        as_in_0_1(registry, number)
    assert registry.version(first).tags == plain(in_mlflow(registry, first))
    found = registry.with_fingerprint("f2")
    assert found is not None
    assert str(found.version) == second
    registry.judge(second, verdict_of(found.tags["model_id"]))
    registry.rollback(reason="worse")
    assert registry.serving().tags["promoted_because"] == "rollback from version 2: worse"
    assert registry.version(second).tags["barred"] == "worse"
    for number, changed in ((first, "promoted_because"), (second, "verdict")):
        assert changed not in in_mlflow(registry, number)
        assert stored_key(changed) in in_mlflow(registry, number)


def test_the_newest_version_is_found_whichever_release_wrote_it(registry):
    old = registered(registry, "f1")
    as_in_0_1(registry, old)
    new = registered(registry, "f1")
    for expected in (new, new):
        found = registry.with_fingerprint("f1")
        assert found is not None
        assert str(found.version) == expected
        as_in_0_1(registry, new)


def test_a_change_that_is_undone_leaves_the_tags_of_0_1(registry):
    version = registered(registry, "f1")
    as_in_0_1(registry, version)
    before = in_mlflow(registry, version)
    plans = registry.plans(version)
    intent = registry._intent(
        plans, "promote", version, "production", plans.promote(version, DAY, "better")
    )
    for text in (intent.writes, intent.undo):
        for write in WRITES.validate_json(text):
            write.apply(registry.client, registry.name)
    assert in_mlflow(registry, version) == before
    registry.promote(version, why="better", gates=GATES, since=DAY)
