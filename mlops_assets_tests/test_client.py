"""The registry from Python, as a program that knows nothing of Dagster uses it."""

import asyncio
import json
import logging
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import TunedThresholdClassifierCV

from mlops_assets.client import AsyncModelRegistry, ModelRegistry
from mlops_assets.errors import InputError
from mlops_assets.platform.mlflow.version_tags import stored_key
from mlops_assets.registry.own_changes import note_change
from mlops_assets.spec.gates import Gates
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.versions import GATES, promoted, registered
from mlops_assets_tests.world import SMALL

ROWS = pd.DataFrame({"years": np.arange(40.0), "score": np.arange(40.0) % 7})
HIRED = (ROWS["years"] > 20).to_numpy().astype(int)
NAME = "candidate_scoring_model"


@pytest.fixture
def model() -> LogisticRegression:
    return LogisticRegression().fit(ROWS, HIRED)


@pytest.fixture
def registry(settings) -> ModelRegistry:
    return ModelRegistry(settings, actor="anna", spec_of=lambda _: None)


def logged(registry: ModelRegistry, model: LogisticRegression) -> str:
    return registry.log_model(
        model, NAME, metrics={"accuracy": 0.85, "f1_score": 0.82}, params={"C": 1.0}
    )


def serving(registry: ModelRegistry, model: LogisticRegression) -> str:
    version = registry.register_model(logged(registry, model), NAME)
    registry.promote_model(NAME, version, force=True, reason="accuracy 0.85 on our test set")
    return version


def warned(caplog) -> list[str]:
    """What the project itself said; MLflow and its libraries say more, whenever they like."""
    return [it.getMessage() for it in caplog.records if it.name.startswith("mlops_assets")]


def test_log_register_promote_load(registry, model):
    run_id = registry.log_model(
        model=model, model_name=NAME, metrics={"accuracy": 0.85}, params={"C": 1.0}, example=ROWS
    )
    run = registry.client.get_run(run_id)
    assert run.info.status == "FINISHED"
    assert (run.data.metrics["accuracy"], run.data.params["C"]) == (0.85, "1.0")
    version = registry.register_model(run_id=run_id, model_name=NAME)
    assert registry.register_model(run_id=run_id, model_name=NAME) == version
    with pytest.raises(InputError, match="has no verdict"):
        registry.promote_model(model_name=NAME, version=version, stage="Production")
    registry.promote_model(
        model_name=NAME, version=version, stage="Production", force=True, reason="judged by hand"
    )
    loaded = registry.load_model(model_name=NAME, stage="Production")
    assert (loaded.predict(ROWS)["prediction"] == model.predict(ROWS)).all()
    assert registry.history(NAME)[0].line().endswith("(forced) by anna: judged by hand")


def test_what_is_loaded_is_what_mlflow_registered_whatever_a_tag_says(registry, model):
    version = registry.register_model(logged(registry, model), NAME)
    registry.client.delete_model_version_tag(NAME, version, stored_key("model_id"))
    loaded = registry.load_model(NAME, version)
    assert (loaded.predict(ROWS)["prediction"] == model.predict(ROWS)).all()
    registry.client.set_model_version_tag(NAME, version, stored_key("model_id"), "m-0123")
    note_change()
    with pytest.raises(InputError, match=r"model_id.*m-0123.*m-"):
        registry.load_model(NAME, version)


def test_an_estimator_that_knows_no_names_of_columns_is_loaded_too(registry):
    model = LogisticRegression().fit(ROWS.to_numpy(), HIRED)
    version = registry.register_model(logged(registry, model), NAME)
    loaded = registry.load_model(NAME, version)
    assert (loaded.predict(ROWS)["prediction"] == model.predict(ROWS.to_numpy())).all()


def test_the_same_awaited(settings, model):
    async def use() -> np.ndarray:
        registry = AsyncModelRegistry.from_environment(actor="anna")
        run_id = await registry.log_model(model=model, model_name=NAME, metrics={"accuracy": 0.85})
        version = await registry.register_model(run_id=run_id, model_name=NAME)
        await registry.promote_model(
            model_name=NAME, version=version, stage="Production", force=True, reason="by hand"
        )
        loaded, health = await asyncio.gather(
            registry.load_model(model_name=NAME, stage="Production"), registry.health_check()
        )
        assert "mlflow" in [it["name"] for it in health["checks"]]
        return loaded.predict(ROWS)["prediction"]

    assert (asyncio.run(use()) == model.predict(ROWS)).all()


def test_every_method_can_be_awaited():
    named = [name for name in dir(ModelRegistry) if name[0] != "_"]
    public = {name for name in named if callable(getattr(ModelRegistry, name))}
    assert public - {"of"} <= set(vars(AsyncModelRegistry))


def test_what_cannot_be_saved_safely_leaves_nothing_behind(registry):
    tuned = TunedThresholdClassifierCV(LogisticRegression(), cv=2).fit(ROWS, HIRED)
    with pytest.raises(InputError, match="not trusted"):
        registry.log_model(tuned, NAME)
    with pytest.raises(InputError, match=r"a dict.*scikit-learn"):
        registry.log_model({"weights": [1]}, NAME)
    assert registry.client.get_experiment_by_name(NAME) is None


def test_a_run_without_a_model_cannot_be_registered(registry, model):
    run_id = logged(registry, model)
    empty = registry.client.create_run(registry.client.get_run(run_id).info.experiment_id)
    with pytest.raises(InputError, match="logged no model"):
        registry.register_model(empty.info.run_id, NAME)


@pytest.mark.parametrize(
    ("address", "how"),
    [
        (NAME, {}),
        (NAME, {"version": 1}),
        (NAME, {"stage": "production"}),
        (NAME, {"stage": "Production"}),
        (NAME, {"alias": "production"}),
        (f"models:/{NAME}/1", {}),
        (f"models:/{NAME}@production", {}),
    ],
)
def test_a_model_is_loaded_by_version_stage_alias_or_address(registry, model, caplog, address, how):
    serving(registry, model)
    with caplog.at_level(logging.WARNING, "mlops_assets"):
        loaded = registry.load_model(address, **how)
    assert (loaded.predict(ROWS)["prediction"] == model.predict(ROWS)).all()
    assert warned(caplog) == []


def test_mlflows_old_address_loads_and_the_new_one_is_told(registry, model, caplog):
    serving(registry, model)
    with caplog.at_level(logging.WARNING, "mlops_assets"):
        assert registry.load_model(f"models:/{NAME}/Production") is not None
    (said,) = warned(caplog)
    assert f"the new one is models:/{NAME}@production" in said


@pytest.mark.parametrize(
    ("how", "problem"),
    [
        ({"version": 7}, "has no version 7"),
        ({"stage": "staging"}, "no version of .* is staging"),
        ({"stage": "prod"}, "no stage 'prod'"),
        ({"alias": "champion"}, "has the alias 'champion'"),
        ({"alias": "champion", "version": 1}, "at once"),
    ],
)
def test_what_is_not_there_is_answered_in_words(registry, model, how, problem):
    serving(registry, model)
    with pytest.raises(InputError, match=problem):
        registry.load_model(NAME, **how)


def test_promote_obeys_the_gates_of_defs_yaml(settings):
    stricter = Gates.model_validate({"roc_auc": {"min": 0.9}})
    given = LifecycleSpec.model_validate({**SMALL, "source": {"type": "csv", "path": "no.csv"}})
    asked = {"churn": given.model_copy(update={"gates": stricter})}
    registry = ModelRegistry(settings, actor="anna", spec_of=asked.get)
    version = registered(registry.of("churn"), "f1")
    # It was never fitted, so there is nothing to evaluate again.
    with pytest.raises(InputError, match=r"gates in defs\.yaml changed.*retrain the model"):
        registry.promote_model("churn", version)
    asked["churn"] = given.model_copy(update={"gates": GATES})
    assert registry.promote_model("churn", version).serving == version


def test_other_stages_and_ways_back(registry):
    promoted(registry.of("churn"), "f1", "f2")
    registry.rollback_model("churn", reason="worse")
    assert registry.of("churn").serving().version in (1, "1")
    third = registered(registry.of("churn"), "f3")
    registry.archive_model("churn", third, reason="not now")
    registry.promote_model("churn", third, stage="Staging")
    registry.reject_model("churn", third, reason="never")
    registry.delete_version("churn", third, reason="tidy")
    with pytest.raises(InputError, match="cannot be promoted to None"):
        registry.promote_model("churn", "1", stage="None")
    done = [row.action for row in registry.history("churn") if row.kind == "done"]
    assert done[:5] == ["delete", "reject", "stage", "archive", "stage"]


def test_versions_are_compared_with_metrics_gates_and_parameters(registry, model):
    serving(registry, model)
    (facts,) = registry.compare_models(NAME, [1])
    assert facts.metrics == {"accuracy": {"value": 0.85}, "f1_score": {"value": 0.82}}
    assert (facts.params, facts.stage) == ({"C": "1.0"}, "production")
    assert facts.forced == facts.reason == "accuracy 0.85 on our test set"
    promoted(registry.of("churn"), "f1")
    staged = registered(registry.of("churn"), "f2")
    one, two = registry.compare_models("churn")
    assert (one.version, two.version, two.stage) == ("1", staged, "staging")
    assert [gate.split(" ")[:2] for gate in one.gates] == [["PASS", "roc_auc"]]
    assert json.loads(json.dumps(asdict(one)))["verdict"] == "passed"


def test_a_list_says_why_each_version_is_where_it_is(registry):
    model = registry.of(NAME)
    first, second, third = promoted(model, "a", "b", "c")
    waits = registered(model, "d")
    registry.archive_model(NAME, first, reason="too old")
    registry.reject_model(NAME, waits, reason="leaks")
    why = {it.version: it.reason for it in registry.list_versions(NAME)}
    assert why == {
        first: "too old",
        second: f"superseded by version {third}",
        third: "c is better",
        waits: "leaks",
    }


def test_models_are_listed_with_what_serves_and_what_waits(registry, model):
    serving(registry, model)
    promoted(registry.of("churn"), "f1", "f2")
    registered(registry.of("churn"), "f3")
    scoring, churn = registry.list_models()
    assert (scoring.model_name, scoring.production.version, scoring.staged) == (NAME, "1", None)
    assert (churn.model_name, churn.newest_version) == ("churn", "3")
    assert (churn.production.version, churn.staged.version) == ("2", "3")
    assert churn.production.in_production_since == "2026-01-05"
    stages = [(it.version, it.stage) for it in registry.list_versions("churn")]
    assert stages == [("3", "staging"), ("2", "production"), ("1", "archived")]
    assert len(registry.list_versions("churn", limit=1)) == 1


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("stage", "prod"),
        ("verdict", "fine"),
        ("verdict", '{"gates": []}'),
        ("holdout_metrics", "0.9"),
        ("holdout_metrics", '{"roc_auc": "good"}'),
        ("holdout_intervals", '{"roc_auc": [1]}'),
        ("holdout_intervals", '{"unknown": [0, 1]}'),
    ],
)
def test_tags_that_somebody_else_wrote_do_not_hide_the_models(registry, tag, value):
    promoted(registry.of("churn"), "f1")
    registry.client.set_model_version_tag("churn", "1", stored_key(tag), value)
    (churn,) = registry.list_models()
    (version,) = registry.list_versions("churn")
    assert churn.production == version
    assert version.stage == version.called == ("prod" if tag == "stage" else "production")
    assert version.verdict == ("" if tag == "verdict" else "passed")
    assert version.metrics == {}


def test_lists_ask_the_same_few_questions_however_many_there_are(registry, monkeypatch):
    from mlflow import MlflowClient

    model = registry.of("churn")
    promoted(model, "f1")
    tags = {"model_id": model.version("1").tags["model_id"]}
    for _ in range(30):
        model.create_version(tags["model_id"], run_id=model.version("1").run_id, tags=tags)
    asked = []
    names = ("get_registered_model", "search_registered_models")
    for name in (*names, "get_model_version", "search_model_versions"):
        real = getattr(MlflowClient, name)
        monkeypatch.setattr(
            MlflowClient, name, lambda *a, _r=real, _n=name, **k: asked.append(_n) or _r(*a, **k)
        )
    assert len(registry.list_models()) == 1
    assert len(asked) == 3
    asked.clear()
    assert len(registry.list_versions("churn")) == 31
    assert len(asked) == 1  # the model itself is read from the database, without its versions


def test_health_says_what_is_wrong_and_never_raises(registry, settings, model):
    assert registry.health_check()["status"] == "unhealthy"
    serving(registry, model)
    health = registry.health_check()
    assert health["status"] == "healthy", health
    assert health["latency_seconds"] >= 0
    away = ModelRegistry(
        settings.model_copy(update={"mlflow_tracking_uri": "http://127.0.0.1:9"})
    ).health_check()
    assert away["status"] == "unhealthy"
    assert "127.0.0.1:9" in json.dumps(away)
