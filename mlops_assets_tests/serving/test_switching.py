"""Which version answers: promotions, rollbacks, damaged versions, and MLflow away."""

from pathlib import Path

import pytest

from mlops_assets.client import ModelRegistry
from mlops_assets.serving.served_model import Version
from mlops_assets_tests.serving.served import Served


@pytest.fixture
def served(world) -> Served:
    world.begin()
    return Served(world)


def second_version(world) -> None:
    """A version 2 in production; trained once per session."""
    world.spec["model"] = {**world.spec["model"], "params": {"C": 0.1}}

    def make() -> None:
        assert world.retrain_as_of("2026-01-05").success

    world.kept.fill(world.settings.home, "small, version 2 in production", make)


def damage(world, version: str) -> Path:
    """Cut off the model's file in MLflow's artifacts; the place of the file."""
    model_id = world.client.get_model_version("small", version).source.rpartition("/")[2]
    (file,) = world.settings.mlflow_artifacts.rglob(f"{model_id}/artifacts/model.skops")
    file.write_bytes(file.read_bytes()[:1000])
    return file


def test_a_promotion_and_a_rollback_are_followed(served, world):
    served.look()
    assert served.ask().json()["model_version"] == "registry-1"
    second_version(world)
    served.look()
    assert served.ask().json()["model_version"] == "registry-2"
    ModelRegistry(world.settings, actor="anna").rollback_model("small", reason="it is worse")
    served.look()
    assert served.ask().json()["model_version"] == "registry-1"


def test_a_version_that_does_not_load_is_not_switched_to(served, world, caplog):
    served.look()
    second_version(world)
    damage(world, "2")
    served.look()
    served.look()
    assert served.ask().json()["model_version"] == "registry-1"
    with served.client() as client:
        health = client.get("/health").json()["models"]["small"]
    assert health["status"] == "degraded"
    assert "damaged" in health["reason"]
    assert caplog.text.count("a version is not served") == 1


def test_without_a_production_version_the_newest_run_answers(world):
    world.spec["gates"] = {"roc_auc": {"min": 1.1}}
    world.begin()
    served = Served(world)
    served.look()
    assert served.ask().json()["model_version"].startswith("run-")


def test_with_nothing_to_serve_it_says_what_to_do_and_alerts_nobody(world, caplog):
    served = Served(world)
    served.look()
    answer = served.ask()
    assert answer.status_code == 503
    assert "mlops-assets retrain small" in answer.text
    assert "a version is not served" not in caplog.text
    with served.client() as client:
        health = client.get("/health")
        assert health.status_code == 503
        assert health.json()["models"]["small"]["reason"].count("Expected") == 1
        assert "start MLflow" not in health.text  # it answers
        assert client.get("/health/live").status_code == 200


def test_mlflow_away_while_serving(served, world):
    served.look()
    store = world.settings.home / "mlflow" / "mlflow.db"
    content = store.read_bytes()
    store.write_bytes(b"this was a database once " * 400)
    served.look()
    assert served.ask().json()["model_version"] == "registry-1"
    assert health(served) == "degraded"
    store.write_bytes(content)
    served.look()
    assert health(served) == "ok"


def test_a_database_that_was_replaced_is_asked_once_it_answers_again(served, world):
    served.look()
    store = world.settings.home / "mlflow" / "mlflow.db"
    kept = store.replace(store.with_suffix(".kept"))
    store.write_bytes(b"this is no database " * 400)
    served.look()
    assert health(served) == "degraded"
    kept.replace(store)
    served.look()
    assert health(served) == "ok"


def test_a_database_that_is_gone_is_missed_though_it_was_open(served, world):
    served.look()
    store = world.settings.home / "mlflow" / "mlflow.db"
    kept = store.replace(store.with_suffix(".kept"))
    served.look()
    assert health(served) == "degraded"
    assert not store.exists()
    kept.replace(store)
    served.look()
    assert health(served) == "ok"


def health(served: Served) -> str:
    with served.client() as client:
        return client.get("/health").json()["status"]


def test_mlflow_away_at_the_start(served, world):
    served.look()
    (world.settings.home / "mlflow" / "mlflow.db").write_bytes(b"no database " * 400)
    again = Served(world)
    again.look()
    assert again.ask().json()["model_version"] == "local-1"


def test_a_damaged_copy_is_not_served(served, world):
    served.look()
    (file,) = (world.settings.home / "model_copies").rglob("model.skops")
    file.write_bytes(file.read_bytes()[:-1])
    (world.settings.home / "mlflow" / "mlflow.db").write_bytes(b"no database " * 400)
    again = Served(world)
    again.look()
    assert again.ask().status_code == 503


def test_a_registered_model_that_is_made_anew_is_followed_within_a_minute(served, world):
    served.look()
    before = served.endpoint.served.version
    second_version(world)
    source = world.client.get_model_version("small", "2")
    model_id = source.source.rpartition("/")[2]
    world.client.delete_registered_model("small")
    world.client.create_registered_model("small")
    world.client.create_model_version("small", source.source, source.run_id, model_id=model_id)
    world.client.set_registered_model_alias("small", "production", "1")
    served.look()
    assert served.endpoint.served.version == before
    served.endpoint._ask_again_at = 0.0
    served.look()
    assert served.endpoint.served.version == Version("1", "registry", model_id)
