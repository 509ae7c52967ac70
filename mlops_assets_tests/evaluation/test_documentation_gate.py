"""The gate `documentation: complete`: what people have to fill in before a version passes."""

import pytest

from mlops_assets.evaluation.gates import NoChampion, judge
from mlops_assets.evaluation.verdict import Verdict
from mlops_assets.registry.promotion import changed_gates
from mlops_assets.spec.gates import Gates
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.world import SMALL

FILLED = {
    "description": "Who leaves.",
    "owner": "team:people",
    "card": {"intended_use": "Talks.", "limits": "No other country."},
}
GATES = Gates.model_validate({"documentation": "complete"})


def spec(**given) -> LifecycleSpec:
    return LifecycleSpec.model_validate(
        {**SMALL, "source": {"type": "csv", "path": "t.csv"}, **given}
    )


@pytest.mark.parametrize("left_out", FILLED)
def test_it_fails_for_what_is_not_filled_in(left_out):
    assert spec(**FILLED).undocumented == []
    given = {name: it for name, it in FILLED.items() if name != left_out}
    lacking = spec(**given).undocumented
    assert lacking
    assert all(left_out in key for key in lacking)
    verdict = judge(GATES, {}, NoChampion(), task=spec().task, undocumented=lacking)
    (gate,) = [it for it in verdict if it.gate == "documentation"]
    assert not gate.passed
    assert lacking[0] in gate.reason


def test_it_is_no_gate_unless_asked():
    found = judge(Gates.model_validate({}), {}, NoChampion(), task=spec().task)
    assert "documentation" not in {it.gate for it in found}


def test_adding_it_is_a_change_of_gates_in_words():
    asked = Gates.model_validate({}).model_dump_json()
    verdict = Verdict(gates=(), model_id="m", dataset_version="d", code_version="c", asked=asked)
    assert changed_gates(verdict, GATES) == ["documentation: was no gate, is complete"]


def test_a_verdict_of_before_the_gate_existed_is_not_outdated():
    asked = '{"beats_production": {"metric": null, "tolerance": 0.01}, "data": null}'
    verdict = Verdict(gates=(), model_id="m", dataset_version="d", code_version="c", asked=asked)
    assert changed_gates(verdict, Gates.model_validate({})) == []
