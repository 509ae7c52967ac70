"""Limits of a server, and which addresses it has with several models."""

import pytest
from starlette.testclient import TestClient

from mlops_assets.registry.model_copies import ModelCopies
from mlops_assets.serving.app import Api, application
from mlops_assets.serving.copies import Copies
from mlops_assets.serving.endpoint import Endpoint
from mlops_assets.serving.given_labels import Labels
from mlops_assets.serving.prediction_log import PredictionLog
from mlops_assets.serving.server import guarded
from mlops_assets_tests.serving.served import ROW, Served

KEYS = "shop:0123456789abcdef,app:fedcba9876543210"


@pytest.fixture
def served(world) -> Served:
    world.begin()
    made = Served(world)
    made.look()
    return made


def statuses(app, requests: int, key: str) -> list[int]:
    with TestClient(app, "http://127.0.0.1") as client:
        sent = [{"X-API-Key": key} for _ in range(requests)]
        return [client.post("/predict", json=ROW, headers=it).status_code for it in sent]


def test_the_rate_is_that_of_each_client_and_health_has_none(served, world):
    limits = {"serving_rate": 0.001, "serving_keys": KEYS}
    settings = type(world.settings).model_validate({**world.settings.model_dump(), **limits})
    app = guarded(application(served.api), settings)
    assert statuses(app, 3, "0123456789abcdef") == [200, 429, 429]
    assert statuses(app, 2, "fedcba9876543210") == [200, 429]
    assert statuses(app, 2, "0123456789abcdeX") == [401, 401]
    with TestClient(app, "http://127.0.0.1") as client:
        assert [client.get("/health").status_code for _ in range(3)] == [200] * 3


def test_several_models_have_long_addresses_only_and_one_that_is_down_stops_no_other(served, world):
    other = served.endpoint.spec.model_copy(update={"name": "other"})
    copies = Copies(ModelCopies.of(world.settings), "other")
    folder = world.settings.home / "serving" / "other"
    down = Endpoint(other, folder, copies, served.endpoint.policies)
    endpoints = {"small": served.endpoint, "other": down}
    api = Api(endpoints, "", PredictionLog(world.settings).write, Labels(world.settings).take)
    with TestClient(guarded(application(api), world.settings), "http://127.0.0.1") as client:
        assert client.post("/models/small/predict", json=ROW).status_code == 200
        assert client.post("/models/other/predict", json=ROW).status_code == 503
        assert client.post("/predict", json=ROW).status_code == 404
        assert [it["model"] for it in client.get("/models").json()] == ["small", "other"]
        assert client.get("/health").json()["status"] == "down"
        assert client.get("/health/ready").json() == {"ready": False, "missing": ["other"]}
