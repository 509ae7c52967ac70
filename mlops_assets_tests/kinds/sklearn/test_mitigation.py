"""Each mitigation narrows a planted gap on rows it has not seen, and is kept without fairlearn."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from mlops_assets.errors import InputError
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.sklearn.fair_vote import FairVote
from mlops_assets.kinds.sklearn.model import SklearnModel
from mlops_assets.kinds.sklearn.storage import dump
from mlops_assets_tests.kinds.sklearn.messy import spec
from mlops_assets_tests.kinds.sklearn.planted import LOGISTIC, applicants, fit, gap, rates

GROUPS = {"type": "group_thresholds", "column": "gender"}
REDUCTION = {"type": "reduction", "column": "gender"}
AMONG = {"statistical_parity": None, "equal_opportunity": "yes"}


def mitigated(rows: Dataset, kind: dict, constraint: str, **more) -> SklearnModel:
    return fit(rows, mitigation={**kind, "constraint": constraint}, **more)


@pytest.fixture(scope="module")
def rows() -> Dataset:
    return applicants()


@pytest.fixture(scope="module")
def unseen() -> Dataset:
    return applicants(4_000, seed=1)


@pytest.fixture(scope="module")
def voted(rows) -> SklearnModel:
    return mitigated(rows, REDUCTION, "statistical_parity")


@pytest.mark.parametrize(("constraint", "among"), AMONG.items())
def test_group_thresholds_narrow_the_gap(rows, unseen, constraint, among):
    before = gap(fit(rows), unseen, among=among)
    after = gap(mitigated(rows, GROUPS, constraint), unseen, among=among)
    assert before > 0.2
    assert after < 0.07


@pytest.mark.parametrize(("constraint", "among"), AMONG.items())
def test_a_reduction_narrows_the_gap_without_the_column(constraint, among):
    rows, unseen = (
        applicants(size, seed=it, is_feature=False) for it, size in ((0, 2_000), (1, 4_000))
    )
    before = gap(fit(rows), unseen, among=among)
    after = gap(mitigated(rows, REDUCTION, constraint), unseen, among=among)
    assert before > 0.15
    assert after < before / 2


def test_every_group_gets_the_rate_of_all_at_the_chosen_threshold(rows, unseen):
    usual = fit(rows, threshold=0.3)
    found = rates(mitigated(rows, GROUPS, "statistical_parity", threshold=0.3), unseen)
    expected = (usual.predict(unseen.features)["prediction"] == "yes").mean()
    assert list(found.values()) == pytest.approx([expected] * 2, abs=0.05)


def test_the_parameters_say_the_thresholds(rows):
    model = mitigated(rows, GROUPS, "statistical_parity", threshold={"metric": "f1"})
    found, params = model.decision_thresholds(), model.summary().params
    assert found["female"] < found[""] < found["male"]
    assert found[""] == params["threshold"]
    assert params["group_thresholds"] == str(
        {name: round(found[name], 4) for name in ("female", "male")}
    )


def test_a_label_without_a_threshold_has_that_of_the_model(rows):
    model = mitigated(rows, GROUPS, "statistical_parity", threshold=0.35)
    strange = rows.features.assign(gender="of Mars")
    found = model.predict(strange)
    assert (found["prediction"] == "yes").equals(found["probability_yes"] >= 0.35)


def test_a_group_with_few_rows_keeps_the_threshold(rows):
    few = rows.features.copy()
    few.loc[few.index[:20], "gender"] = "diverse"
    changed = Dataset(few, rows.columns, rows.target, positive="yes", groups=rows.groups)
    found = mitigated(changed, GROUPS, "statistical_parity").decision_thresholds()
    assert found["diverse"] == found[""] == 0.5


def test_a_boolean_column_has_two_groups(rows, unseen):
    def flagged(given: Dataset) -> Dataset:
        columns = given.columns.model_copy(update={"categorical": [], "boolean": ["male"]})
        table = given.features.drop(columns="gender")
        table["male"] = (given.features["gender"] == "male").astype("float64")
        return Dataset(
            table, columns, given.target, given.context, positive="yes", groups=given.groups
        )

    kind = {**GROUPS, "column": "male"}
    model = mitigated(flagged(rows), kind, "statistical_parity")
    assert list(model.decision_thresholds()) == ["false", "true", ""]
    assert gap(model, flagged(unseen)) < 0.07


def test_rows_one_by_one_are_predicted_alike(rows, unseen):
    model = mitigated(rows, GROUPS, "equal_opportunity")
    predictor = model.row_predictor()
    assert predictor is not None
    few = unseen.features.head(500)
    found = predictor.predict_rows(few.to_dict("records"))
    assert found.predictions == model.predict(few)["prediction"].tolist()


def test_the_vote_is_a_weighted_mean(voted, unseen):
    vote = voted.pipeline[-1]
    assert isinstance(vote, FairVote)
    assert sum(vote.weights_) == pytest.approx(1)
    encoded = voted.pipeline[:-1].transform(unseen.features)
    expected = sum(
        weight * (it.predict_proba(encoded)[:, 1] if len(it.classes_) == 2 else it.classes_[0])
        for it, weight in zip(vote.estimators_, vote.weights_, strict=True)
    )
    found = voted.predict(unseen.features)
    np.testing.assert_allclose(found["probability_yes"], expected)
    assert (found["prediction"] == "yes").equals(found["probability_yes"] > 0.5)
    assert voted.row_predictor() is None
    assert voted.learning_curve(unseen, seed=0).why_none


@pytest.mark.parametrize("kind", [GROUPS, REDUCTION])
def test_the_same_rows_give_the_same_model(rows, unseen, kind):
    made = (mitigated(rows, kind, "equal_opportunity") for _ in range(2))
    first, second = (it.predict(unseen.features) for it in made)
    assert first.equals(second)


@pytest.mark.process
def test_both_are_loaded_without_fairlearn(rows, voted, tmp_path):
    models = {"vote": voted, "groups": mitigated(rows, GROUPS, "statistical_parity")}
    few = rows.features.head(300)
    few.to_parquet(tmp_path / "rows.parquet")
    for name, model in models.items():
        dump(model.pipeline, tmp_path / f"{name}.skops")
        model.predict(few).to_parquet(tmp_path / f"{name}.parquet")
    code = """
import sys
import pandas as pd, skops.io
from mlops_assets.kinds.sklearn.model import SklearnModel
from mlops_assets.kinds.sklearn.trusted_types import TRUSTED_TYPES
sys.modules["fairlearn"] = None
rows = pd.read_parquet(f"{sys.argv[1]}/rows.parquet")
for name in ("vote", "groups"):
    file = f"{sys.argv[1]}/{name}.skops"
    model = SklearnModel(skops.io.load(file, trusted=list(TRUSTED_TYPES)))
    assert model.predict(rows).equals(pd.read_parquet(f"{sys.argv[1]}/{name}.parquet"))
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)


def test_a_fit_without_fairlearn_says_what_to_install(rows, monkeypatch):
    monkeypatch.setitem(sys.modules, "fairlearn", None)
    with pytest.raises(InputError, match=r"mlops-assets\[fairness\]"):
        mitigated(rows, REDUCTION, "statistical_parity")


def test_an_estimator_that_takes_no_weights_is_refused(rows):
    with pytest.raises(InputError, match="KNeighborsClassifier, whose fits take no weights"):
        mitigated(
            rows,
            REDUCTION,
            "statistical_parity",
            estimator="sklearn.neighbors.KNeighborsClassifier",
        )


def test_a_context_column_has_no_thresholds():
    with pytest.raises(InputError, match="a model is not given the context then"):
        mitigated(applicants(200, is_feature=False), GROUPS, "statistical_parity")


def test_one_group_is_not_enough(rows):
    alone = rows.take((rows.context["gender"] == "male").to_numpy())
    with pytest.raises(InputError, match="1 groups of 'gender' with at least 30 rows"):
        mitigated(alone, REDUCTION, "statistical_parity")


def test_small_groups_are_one(rows):
    names = pd.Series(rows.context["gender"].to_numpy().copy(), rows.context.index)
    names.iloc[:20], names.iloc[20:40] = "diverse", None
    context = pd.DataFrame({"gender": names})
    changed = Dataset(rows.features, rows.columns, rows.target, context, positive="yes")
    assert mitigated(changed, REDUCTION, "statistical_parity").summary().params["fairlearn"]


def test_a_reduction_has_no_threshold():
    with pytest.raises(ValidationError, match="a reduction treats groups alike"):
        spec(LOGISTIC, threshold=0.3, mitigation={**REDUCTION, "constraint": "equal_opportunity"})
