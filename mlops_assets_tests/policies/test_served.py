"""Two policies on live requests: what they answer, their variants, and the reward that decides."""

from collections import Counter
from uuid import uuid4

import pandas as pd
import pytest
from pydantic import ValidationError
from scipy.stats import chisquare

from mlops_assets.client import ModelRegistry
from mlops_assets.experiments.status import status
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.policy_version import PolicyIdentity
from mlops_assets_tests.policies.worlds import asked_rows as rows
from mlops_assets_tests.policies.worlds import begin, label_by_variant, small_planner
from mlops_assets_tests.serving.served import Served
from mlops_assets_tests.serving.staged import lines

NAME = "planner_model"
PLAN = {"share": 0.5, "unit": "user", "days": 14, "metric": "reward"}
SERVING = {"experiment": PLAN}


@pytest.fixture
def world(world):
    """Version 1 in production, version 2 a candidate, and an experiment between them."""

    def make() -> None:
        begin(world)
        assert world.retrain("production_version").success
        world.spec = small_planner(serving=SERVING)
        assert world.retrain_as_of("2026-01-09").success

    world.kept.fill(world.settings.home, "planner, version 2 a candidate", make)
    world.spec = small_planner(serving=SERVING)
    return world


@pytest.fixture
def served(world) -> Served:
    made = Served(world)
    made.look()
    return made


def test_a_policy_draws_its_answer_and_says_how_probable_it_was(served, world):
    asked = rows(2_000)
    response = served.ask(asked)
    registry = ModelRegistry(world.settings)
    table = served.endpoint.spec.typed(pd.DataFrame(asked))
    said = {number: registry.load_model(NAME, number).predict(table) for number in "12"}
    chosen, expected = Counter(), Counter()
    for place, answer in enumerate(response.json()):
        row = said[answer["model_version"].removeprefix("registry-")].iloc[place]
        assert answer["propensity"] == answer["confidence"]
        assert answer["propensity"] == pytest.approx(row[f"probability_{answer['prediction']}"])
        chosen[answer["prediction"]] += 1
        expected.update({it: row[f"probability_{it}"] for it in served.endpoint.spec.model.actions})
    observed = [chosen[it] for it in expected]
    assert chisquare(observed, [*expected.values()], sum_check=False).pvalue > 0.001
    assert len(chosen) == len(served.endpoint.spec.model.actions)


def test_the_log_has_what_was_drawn_and_who_has_the_log_can_draw_again(served, world):
    asked = rows(50)
    answers = {it["place"]: it for it in lines(world)} if served.ask(asked) else {}
    drawing = served.endpoint.served.drawing
    for row, line in zip(asked, (answers[it] for it in range(50)), strict=True):
        answer, context = line["answer"], line["context"]
        assert (context["plan"], context["propensity"]) == (
            answer["prediction"],
            answer["propensity"],
        )
        number = line["version"].removeprefix("registry-")
        model = ModelRegistry(world.settings).load_model(NAME, number)
        said = model.predict(served.endpoint.spec.typed(pd.DataFrame([row]))).iloc[0]
        probabilities = [said[f"probability_{it}"] for it in drawing.actions]
        again = drawing.draw(probabilities, f"{line['request']}/{line['place']}")
        assert again.action == context["plan"]


def test_a_client_does_not_choose_for_the_policy(served):
    refused = served.ask({**rows(1)[0], "plan": "light", "propensity": 1.0})
    assert refused.status_code == 422
    assert {it["field"] for it in refused.json()["errors"]} == {"plan", "propensity"}


def test_answers_model_info_health_and_log_name_the_policy_version(served, world):
    ids = {it.mlflow_model_version: str(it.id) for it in registry_of(world).policy_versions()}
    answers = served.ask(rows(40)).json()
    for answer in answers:
        number = answer["model_version"].removeprefix("registry-")
        assert answer["policy_version_id"] == ids[number]
    assert {it["answer"]["policy_version_id"] for it in lines(world)} == {*ids.values()}
    with served.client() as client:
        assert client.get("/model-info").json()["policy_version_id"] == ids["1"]
        assert client.get("/health").json()["models"]["small"]["policy_version_id"] == ids["1"]


def test_a_version_that_no_policy_version_names_answers_and_says_so(served, world, monkeypatch):
    """It is named as soon as there is a row."""
    other = uuid4()
    monkeypatch.setattr(PolicyIdentity, "uuid", property(lambda _: other))
    served = Served(world)
    served.look()
    assert "policy_version_id" not in served.ask(rows(1)).json()[0]
    with served.client() as client:
        health = client.get("/health").json()["models"]["small"]
    assert health["status"] == "degraded"
    assert "is no version of the policy planner_policy" in health["reason"]
    row = registry_of(world).policies.add(other, NAME, "1", {})
    served.look()
    assert served.ask(rows(1)).json()[0]["policy_version_id"] == str(row.id)


def test_without_mlflow_the_copy_is_still_named(served, world):
    again = Served(world)
    again.endpoint.without_mlflow("it is away")
    (row,) = registry_of(world).policies.versions(mlflow_model_version="1")
    answer = again.ask(rows(1)).json()[0]
    assert (answer["model_version"], answer["policy_version_id"]) == ("local-1", str(row.id))


def test_an_experiment_whose_variants_try_other_versions_does_not_begin(world):
    """`exp.variants` decides: an arm that is there already is never another version."""
    store = registry_of(world).policies
    (first,) = store.versions(mlflow_model_version="1")
    store.add_variant("small-1-2", "challenger", first.id, {})
    served = Served(world)
    served.look()
    assert {it["model_version"] for it in served.ask(rows(40)).json()} == {"registry-1"}
    assert "has a variant challenger already" in served.endpoint.problem


def registry_of(world) -> ModelRegistry:
    return ModelRegistry(world.settings)


def test_the_arms_of_the_experiment_are_variants_that_name_policy_versions(served, world):
    registry = registry_of(world)
    variants = {it.name: it for it in registry.policies.variants(experiment="small-1-2")}
    tried = {
        name: registry.policies.version(it.policy_version_id).mlflow_model_version
        for name, it in variants.items()
    }
    assert tried == {"champion": "1", "challenger": "2"}
    served.ask(rows(20))
    assert {it["experiment"] for it in lines(world)} == {"small-1-2"}


def test_the_mean_reward_decides(served, world):
    served.ask(rows(800))
    label_by_variant(world, {"champion": 0.4, "challenger": 0.7})
    facts = status(served.endpoint.spec, world.settings)
    assert facts.outcome == "challenger"
    means = {it.variant: it.mean for it in facts.variants}
    assert means == pytest.approx({"champion": 0.4, "challenger": 0.7}, abs=0.05)


def test_a_policy_in_the_shadow_gets_no_rewards_and_is_refused():
    with pytest.raises(ValidationError, match="whose actions nobody is shown"):
        LifecycleSpec.model_validate(
            small_planner(serving={"experiment": {"shadow": True, "metric": "reward"}})
        )
