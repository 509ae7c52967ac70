"""The outcome of a retrain is read from the records of its versions."""

from datetime import date

import dagster as dg
import pytest

from mlops_assets.platform.dagster.records import as_metadata
from mlops_assets.registry.records import ProductionVersion, RegisteredVersion
from mlops_assets.retraining.attempts import read_attempts
from mlops_assets.retraining.loop_state import Attempt

DAY = date(2026, 1, 6)
REQUESTED = Attempt(production_version="1", episode=DAY, number=1, day=DAY, new_labels=0)


def outcome(stage: str, serving: str, *, panel_only: bool = False) -> str:
    """What is read of a retrain of version 1 that left these versions."""
    registered = RegisteredVersion(
        name="small",
        version="2",
        stage=stage,
        passed=True,
        is_new=True,
        staged_at=None,
        dataset_version="a1",
    )
    production = ProductionVersion(
        name="small", version=serving, previous="1", waiting=None, why="", dataset_version="a1"
    )
    metadata = {
        "registered_version": {**as_metadata(registered), "stage": "in other words"},
        "production_version": {**as_metadata(production), "version": "in other words"},
    }
    if panel_only:
        metadata = {
            "registered_version": {"stage": stage, "version": "2", "is_new": True},
            "production_version": {"version": serving, "load_with": "models:/small@x", "why": ""},
        }
    with dg.DagsterInstance.ephemeral() as instance:
        tags = {"model": "small", **REQUESTED.tags}
        assets = [leaving(name, given) for name, given in metadata.items()]
        assert dg.materialize(assets, instance=instance, tags=tags).success
        (attempt,) = read_attempts(instance, "small", "1")
    return attempt.outcome


def leaving(name: str, metadata: dict) -> dg.AssetsDefinition:
    @dg.asset(name=name, key_prefix="small")
    def made() -> dg.MaterializeResult:
        return dg.MaterializeResult(metadata=metadata)

    return made


@pytest.mark.parametrize("panel_only", [False, True], ids=["record", "panel of 0.1"])
@pytest.mark.parametrize(
    ("stage", "serving", "expected"),
    [
        ("production", "2", "promoted"),
        ("staging", "1", "staged"),
        ("rejected", "1", "rejected"),
        ("production", "1", "unchanged"),
    ],
)
def test_the_outcome_is_what_the_versions_say(stage, serving, expected, panel_only):
    assert outcome(stage, serving, panel_only=panel_only) == expected
