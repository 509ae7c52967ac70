"""`serving: {experiment: …}` in defs.yaml: what it may say."""

from typing import Any

import pytest
from pydantic import ValidationError

from mlops_assets.lifecycle import jobs
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.world import SMALL

SOURCE = {"type": "simulator", "name": "heart_disease", "rows": 200, "days": 2}
UNIT = {"unit": "patient_id"}


def spec(experiment: dict[str, Any] | None, **given: Any) -> LifecycleSpec:
    serving = {"experiment": experiment} if experiment is not None else {}
    return LifecycleSpec.model_validate({"source": SOURCE, **SMALL, "serving": serving, **given})


@pytest.mark.parametrize(
    ("experiment", "said"),
    [
        ({}, "without `unit`"),
        ({**UNIT, "challenger": "production"}, "the challenger 'production'"),
        ({**UNIT, "share": 0}, "share"),
        ({**UNIT, "share": 1}, "share"),
        ({**UNIT, "days": 2}, "days"),
        ({**UNIT, "metric": "roc_auc"}, "metric"),
        ({**UNIT, "metric": "mae"}, "compares 'mae'"),
    ],
)
def test_a_mistake_is_named(experiment, said):
    with pytest.raises(ValidationError, match=said):
        spec(experiment)


def test_a_shadow_needs_no_unit_and_a_version_may_be_a_number():
    assert spec({"shadow": True}).serving.experiment
    found = spec({**UNIT, "challenger": 4}).serving.experiment
    assert found is not None
    assert found.challenger == "4"


def test_the_gate_needs_an_experiment():
    with pytest.raises(ValidationError, match="wins_experiment"):
        spec(None, gates={"wins_experiment": {}})
    assert spec(UNIT, gates={"wins_experiment": {"margin": 0.01}}).gates.wins_experiment


def test_the_report_is_part_of_the_monitor_job_of_a_model_with_an_experiment():
    plain, trial = (str(jobs.monitor(it).selection) for it in (spec(None), spec(UNIT)))
    assert "experiment_report" not in plain
    assert "experiment_report" in trial
