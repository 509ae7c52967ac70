"""The pack `mitigation`: the same model with and without, on the same held-out rows."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from mlops_assets.evaluation.packs.mitigation import Mitigation
from mlops_assets.evaluation.packs.registry import check_packs
from mlops_assets.kinds.base import PackResult
from mlops_assets.kinds.sklearn.spec import SklearnSpec
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.kinds.sklearn.planted import LOGISTIC, applicants, fit, gap

PARITY = "statistical_parity_difference"
GROUPS = {"type": "group_thresholds", "column": "gender", "constraint": "statistical_parity"}
REDUCTION = GROUPS | {"type": "reduction"}


def spec(mitigation: dict | None, **changed: Any) -> LifecycleSpec:
    given = {
        "name": "people",
        "source": {"type": "csv", "path": "people.csv"},
        "target": "hired",
        "positive": "yes",
        "columns": {"numeric": ["skill", "hours"], "categorical": ["gender"]},
        "context": {"sensitive": ["gender"]},
        "model": {"type": "sklearn", "estimator": LOGISTIC, "mitigation": mitigation},
        "packs": ["mitigation"],
    }
    return LifecycleSpec.model_validate(given | changed)


def evaluated(mitigation: dict) -> PackResult:
    rows, unseen = applicants(1_000), applicants(2_000, seed=1)
    model = fit(rows, mitigation=mitigation)
    predictions = model.predict(unseen.features)
    return Mitigation().evaluate(model, rows, unseen, predictions, spec(mitigation))


def test_the_document_has_both_models_and_paired_intervals():
    result = evaluated(GROUPS)
    document = json.loads(json.dumps(result.documents["mitigation.json"]()))
    parity = {it["name"]: it for it in document["parity"]}[PARITY]
    rows, unseen = applicants(1_000), applicants(2_000, seed=1)
    assert parity["plain"] == pytest.approx(gap(fit(rows), unseen))
    assert parity["mitigated"] == pytest.approx(gap(fit(rows, mitigation=GROUPS), unseen))
    change = parity["change"]
    assert change["low"] < change["value"] < change["high"] < 0
    metrics = {it["name"]: it for it in document["metrics"]}
    assert metrics["roc_auc"]["change"]["value"] == 0  # thresholds leave the ranking
    assert metrics["accuracy"]["change"]["low"] < metrics["accuracy"]["change"]["high"]
    for it in metrics.values():
        assert it["change"]["value"] == pytest.approx(it["mitigated"] - it["plain"])


def test_nothing_is_fitted_before_someone_asks_and_then_once(monkeypatch):
    fits, fitting = [], SklearnSpec.fit
    result = evaluated(REDUCTION)

    def counted(self: SklearnSpec, *given: Any, **options: Any):
        fits.append(self.mitigation)
        return fitting(self, *given, **options)

    monkeypatch.setattr(SklearnSpec, "fit", counted)
    assert fits == []
    result.documents["mitigation.json"]()
    assert PARITY in result.panel()["mitigation"]
    assert fits == [None]


def test_the_table_is_short_enough_to_be_shown():
    assert len(evaluated(GROUPS).panel()["mitigation"]) < 1_000


def test_a_model_without_a_mitigation_is_refused_when_it_is_loaded():
    with pytest.raises(ValidationError, match="a model without a mitigation"):
        check_packs(spec(None))
    check_packs(spec(GROUPS))


def test_a_column_that_cannot_be_used_is_refused_when_the_file_is_loaded():
    columns = {"numeric": ["skill", "hours"]}
    with pytest.raises(ValidationError, match="a model is not given the context then"):
        spec(GROUPS, columns=columns)
    spec(REDUCTION, columns=columns)
    with pytest.raises(ValidationError, match=r"did you mean 'gender'|has the column 'gendre'"):
        spec(REDUCTION | {"column": "gendre"}, columns=columns)
