"""Pairs of texts are scored by features that scikit-learn alone would give."""

import mlflow
import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.kinds.text_match import TextMatchSpec
from mlops_assets.kinds.text_match.pair_features import WORD
from mlops_assets.serving.admission import one_by_one
from mlops_assets.tasks.metrics.ranking import ndcg, ranked
from mlops_assets.tasks.training_spec import TrainingSpec
from mlops_assets_tests.kinds.text_match.texts import dataset, fit, fitted, pair, save, table


def test_the_similarity_is_the_cosine_of_scikit_learns_tf_idf():
    rows = dataset().features
    texts = pd.unique(pd.concat([rows["resume"], rows["job"]]))
    plain = TfidfVectorizer(token_pattern=WORD, min_df=5, sublinear_tf=True).fit(texts)
    left, right = (plain.transform(rows[it]) for it in ("resume", "job"))
    cosine = np.asarray(left.multiply(right).sum(axis=1)).ravel()
    found = fitted().pair_table(rows)["word_similarity"]
    assert found.to_numpy() == pytest.approx(cosine, abs=1e-12)


def test_it_ranks_better_than_the_similarity_of_words_alone():
    other = dataset(table(seed=2))
    groups, target = other.of_role("group"), other.known_target()
    scored = fitted().predict(other.features)["prediction"]
    similarity = fitted().pair_table(other.features)["word_similarity"]
    ours, theirs = (np.nanmean(ndcg(ranked(groups, target, it), 10)) for it in (scored, similarity))
    assert ours > theirs + 0.02


def test_skills_are_learned_from_what_makes_a_pair_relevant():
    skills = {*fitted().pair.skills_}
    assert {"python", "care"} <= skills
    assert not skills & {"we", "you", "contract", "example.org"}


def test_given_skills_may_be_phrases_and_are_found_however_they_are_written():
    model = fit(skills=["Machine Learning", "C++", "CI/CD", "machine learning"], least_texts=1)
    assert model.pair.skills_ == ["machine learning", "c++", "ci/cd"]
    row = pair("I know machine learning, C++.", "Wanted: Machine Learning and CI/CD")
    evidence = model.text_evidence(row)
    assert (evidence.found, evidence.lacking) == (("machine learning",), ("ci/cd",))
    assert model.pair_table(row)["skills_found"].tolist() == [0.5]


def test_a_skill_that_could_never_be_found_is_refused():
    with pytest.raises(InputError, match=r"the skill '24/7' has no word"):
        fit(skills=["python", "24/7"])


def test_an_empty_text_matches_nothing():
    rows = pd.concat([pair("", "python"), pair("python", ""), pair("", "")], ignore_index=True)
    found = fitted().pair_table(rows)
    assert found["word_similarity"].tolist() == [0, 0, 0]
    assert found["skills_found"].tolist() == [0, 0, 0]
    assert fitted().predict(rows)["prediction"].notna().all()


def test_a_grade_is_expected_by_its_probability():
    rows = dataset()
    graded = rows.with_target(rows.known_target() * 2 + (rows.features["experience_years"] > 20))
    model = fit(graded)
    probability = model.fitted.predict(rows.features).filter(like="probability_").to_numpy()
    expected = probability @ model.fitted.pipeline.classes_
    assert model.predict(rows.features)["prediction"].to_numpy() == pytest.approx(expected)
    assert model.fitted.pipeline.classes_.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("estimator", "params"),
    [
        ("sklearn.linear_model.LogisticRegression", {"C": 0.5, "solver": "liblinear"}),
        ("sklearn.ensemble.HistGradientBoostingRegressor", {"max_iter": 10}),
        ("sklearn.svm.LinearSVC", {}),
    ],
)
def test_any_estimator_scores_and_is_the_same_when_it_is_loaded(settings, estimator, params):
    model, rows = fit(estimator=estimator, params=params), dataset().features
    saved = save(model, settings)
    loaded = TextMatchSpec.load(saved)
    assert loaded.predict(rows).equals(model.predict(rows))
    assert loaded.summary().params == {}
    assert mlflow.sklearn.load_model(saved).steps[0][0] == "prepare"


def test_what_is_scored_by_the_features_of_the_pair_is_what_the_texts_score():
    rows = dataset().features.head(50)
    ours = fitted().pair_model().predict(fitted().pair_table(rows))["prediction"]
    assert ours.to_numpy() == pytest.approx(fitted().predict(rows)["prediction"].to_numpy())


@pytest.mark.parametrize(
    ("estimator", "grades"),
    [
        ("sklearn.linear_model.LogisticRegression", 2),
        ("sklearn.linear_model.LogisticRegression", 4),
        ("sklearn.linear_model.Ridge", 2),
    ],
)
def test_single_rows_have_a_fast_path_that_equals_the_model(estimator, grades):
    rows = dataset()
    target = rows.known_target() if grades == 2 else pd.Series(np.arange(len(rows)) % 4.0)
    model = fit(rows.with_target(target), estimator=estimator)
    asked = pd.concat([rows.features.head(30), pair("", ""), pair("c++", "C++ <b>")])
    fast = model.row_predictor()
    assert fast is not None
    found = one_by_one(fast, asked.to_dict("records"))
    assert found.predictions == pytest.approx(model.predict(asked)["prediction"].tolist())
    assert fit(estimator="sklearn.svm.LinearSVC").row_predictor() is None


def test_what_training_logs_has_their_parameters_and_the_skills():
    summary = fit(params={"C": 1.0, "solver": "liblinear"}).summary()
    assert summary.params["C"] == 1.0
    assert summary.params["solver"] == "liblinear"
    assert "python" in summary.params["skills"]
    assert summary.metrics["train_words"] > 100


def test_the_importance_is_of_the_features_of_the_pair():
    found = fitted().importance(dataset(), seed=0)
    assert found["feature"][0] == "skills_found"
    assert found["importance"][0] > 0.05
    assert "NDCG@10" in found["unit"][0]


def test_one_row_is_explained_by_what_a_mean_pair_would_score():
    rows = dataset().features.head(5)
    found = fitted().explain_rows(rows)
    assert [*found] == [*fitted().pair_table(rows)]
    assert found.index.equals(rows.index)
    assert found["skills_found"].abs().max() > 0.01


def test_texts_without_words_that_repeat_say_so():
    rows = table(60)
    unlike = rows.assign(resume=[f"x{it}" for it in range(60)], job=[f"y{it}" for it in range(60)])
    with pytest.raises(InputError, match="no word is in 5 of 120 different texts"):
        fit(dataset(unlike))


@pytest.mark.parametrize(("left", "right"), [("resume", "resume"), ("cv", "job"), ("resume", "n")])
def test_both_texts_are_text_columns(left, right):
    spec = TrainingSpec(columns=Columns(text=["resume", "job"], numeric=["n"]), task="ranking")
    with pytest.raises(InputError, match="two different columns"):
        TextMatchSpec(type="text_match", left=left, right=right).require_columns(spec)


def test_the_same_rows_give_the_same_model():
    rows = dataset().features
    assert fit().predict(rows).equals(fitted().predict(rows))
