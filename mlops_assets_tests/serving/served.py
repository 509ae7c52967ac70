"""An API over a small trained model, without a network between."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from starlette.testclient import TestClient

from mlops_assets.registry.model_copies import ModelCopies
from mlops_assets.registry.policies.store import PolicyStore
from mlops_assets.serving.app import Api, application
from mlops_assets.serving.copies import Copies
from mlops_assets.serving.endpoint import Endpoint
from mlops_assets.serving.given_labels import Labels
from mlops_assets.serving.prediction_log import PredictionLog
from mlops_assets.serving.server import guarded
from mlops_assets.serving.watching import Watcher
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.world import World

ROW: dict[str, Any] = {"x": 0.9, "c": "a"}


class Served:
    """The endpoint of `small`, who watches over it, and a client."""

    def __init__(self, world: World) -> None:
        settings = world.settings
        world.save()
        spec = LifecycleSpec.model_validate_json((settings.home / "spec.json").read_text())
        folder = settings.home / "serving" / "small"
        copies = Copies(ModelCopies.of(settings), "small")
        self.endpoint = Endpoint(spec, folder, copies, PolicyStore(settings.warehouse_url))
        self.watcher = Watcher(settings, [self.endpoint], lambda _: None)
        log = PredictionLog(settings)
        self.api = Api({"small": self.endpoint}, "small", log.write, Labels(settings).take)
        self.app = guarded(application(self.api), settings)

    def look(self) -> None:
        """What the thread does every two seconds."""
        self.watcher.look()

    @contextmanager
    def client(self) -> Iterator[TestClient]:
        """Sends requests to the app as a browser on this machine would."""
        with TestClient(self.app, "http://127.0.0.1") as client:
            yield client

    def ask(self, row: Any = ROW, **options: Any) -> Any:
        """The answer to one request."""
        with self.client() as client:
            return client.post("/predict", json=row, **options)
