"""A verdict passes only by its gates, whatever its JSON claims."""

import json

import pytest
from pydantic import ValidationError

from mlops_assets.evaluation.verdict import GateResult, Verdict


def gate(name: str, passed: bool, value: float | None = 0.912) -> GateResult:
    interval = {"low": 0.9, "high": 0.92} if value is not None else {}
    return GateResult(
        gate=name, bound=">= 0.85", value=value, passed=passed, reason="because", **interval
    )


def verdict(*gates: GateResult) -> Verdict:
    return Verdict(gates=gates, model_id="m-1", dataset_version="d", code_version="c")


def test_all_gates_must_pass_and_none_is_not_all():
    assert verdict(gate("roc_auc", True)).passed
    assert not verdict(gate("roc_auc", True), gate("f1", False)).passed
    assert not verdict().passed


def test_a_verdict_survives_being_stored():
    nan = gate("f1", False, value=float("nan"))
    stored = verdict(gate("roc_auc", True), gate("recall", False, value=None), nan)
    again = Verdict.model_validate_json(stored.model_dump_json())
    assert again.model_dump_json() == stored.model_dump_json()
    assert again.passed is False


def test_a_verdict_that_claims_more_than_its_gates_is_refused():
    forged = {**json.loads(verdict(gate("f1", False)).model_dump_json()), "passed": True}
    with pytest.raises(ValidationError, match="the gates give False"):
        Verdict.model_validate(forged)
    with pytest.raises(ValidationError, match="the gates give False"):
        Verdict.model_validate_json(json.dumps(forged))


def test_the_summary_is_aligned_and_gives_reasons_where_it_matters():
    text = verdict(gate("roc_auc", True), gate("f1", False, value=None)).summary()
    assert text.splitlines() == [
        "PASS  roc_auc  0.912  [0.900, 0.920]  >= 0.85",
        "FAIL  f1       -                      >= 0.85",
        "      because",
    ]
    assert verdict().summary() == "FAIL  no gate was judged"


def test_failures_are_one_line():
    assert verdict(gate("roc_auc", True), gate("f1", False)).failures() == "f1: because"
    assert verdict(gate("roc_auc", True)).failures() == ""
