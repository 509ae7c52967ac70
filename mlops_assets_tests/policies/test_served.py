"""Two policies on live requests: what they answer, their variants, and the reward that decides."""

import json
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from mlops_assets.client import ModelRegistry
from mlops_assets.experiments.status import status
from mlops_assets.simulators import planner as simulator
from mlops_assets_tests.policies.worlds import begin, small_planner
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


def rows(count: int):
    table = simulator.simulate(count, seed=9)
    fields = [*table.columns[1:-3]]
    return [
        {**{name: row[name] for name in fields}, "user": f"u{number}"}
        for number, row in enumerate(table.to_dict("records"))
    ]


def test_a_policy_answers_with_its_most_probable_action(world):
    served = Served(world)
    served.look()
    asked = rows(5)
    answers = served.ask(asked).json()
    registry = ModelRegistry(world.settings)
    for row, answer in zip(asked, answers, strict=True):
        number = answer["model_version"].removeprefix("registry-")
        model = registry.load_model(NAME, number)
        said = model.predict(served.endpoint.spec.typed(pd.DataFrame([row]))).iloc[0]
        assert answer["prediction"] == said["prediction"]
        assert answer["confidence"] == pytest.approx(said[f"probability_{said['prediction']}"])


def test_the_arms_of_the_experiment_are_variants_that_name_policy_versions(world):
    registry = ModelRegistry(world.settings)
    variants = {it.name: it for it in registry.policies.variants(experiment="small-1-2")}
    tried = {
        name: registry.policies.version(it.policy_version_id).mlflow_model_version
        for name, it in variants.items()
    }
    assert tried == {"champion": "1", "challenger": "2"}
    served = Served(world)
    served.look()
    served.ask(rows(20))
    assert {it["experiment"] for it in lines(world)} == {"small-1-2"}


def test_the_mean_reward_decides(world):
    served = Served(world)
    served.look()
    served.ask(rows(800))
    label_by_variant(world, {"champion": 0.4, "challenger": 0.7})
    facts = status(served.endpoint.spec, world.settings)
    assert facts.outcome == "challenger"
    means = {it.variant: it.mean for it in facts.variants}
    assert means == pytest.approx({"champion": 0.4, "challenger": 0.7}, abs=0.05)


def label_by_variant(world, kept: dict[str, float], days: int = 6) -> None:
    """Spread the requests over days; each day of a plan is kept with the variant's probability."""
    folder = world.settings.home / "serving" / "small"
    found = sorted(lines(world), key=lambda it: it["place"])
    begin_at, labels = datetime.now(UTC) - timedelta(days=days - 1), []
    for number, line in enumerate(found):
        line["at"] = (begin_at + timedelta(days=number * days // len(found))).isoformat()
        kept_days = round(7 * kept[line["variant"]] + (number % 3 - 1))
        given = {"row": f"{line['request']}/{line['place']}", "at": line["at"]}
        labels.append({**given, "label": min(7, max(0, kept_days)) / 7})
    for name, content in (("prediction_log", found), ("labels", labels)):
        (folder / name).mkdir(exist_ok=True)
        for old in (folder / name).iterdir():
            old.unlink()
        text = "".join(json.dumps(it) + "\n" for it in content)
        (folder / name / f"{begin_at:%Y-%m-%dT%H}.jsonl").write_text(text)
