"""Follow the registry: every two seconds, one query for all models."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import date

from mlops_assets.alerts.alert import Alert
from mlops_assets.alerts.send import send
from mlops_assets.errors import InputError, logger
from mlops_assets.platform.mlflow.store import explained, open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.serving.candidates import production_numbers
from mlops_assets.serving.endpoint import Endpoint

SECONDS = 2.0
LOG = logger(__name__)


class Watcher:
    """Keeps the endpoints at what serves, in a thread of its own, until it is stopped.

    `after` is called with the endpoints after each look.
    """

    def __init__(
        self, settings: Settings, endpoints: Iterable[Endpoint], after: Callable[[list], None]
    ) -> None:
        self.settings, self.endpoints, self._after = settings, list(endpoints), after
        self._stopped, self._why_not = threading.Event(), ""
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        """Look once, then go on in the thread."""
        self.look()
        self._thread.start()

    def stop(self) -> None:
        """Stop looking."""
        self._stopped.set()

    def look(self) -> None:
        """Ask MLflow once what serves, and switch where it is something else."""
        self._follow()
        try:
            self._after(self.endpoints)
        except OSError as error:  # a full disk must not end the thread
            LOG.warning("what follows a look failed: %s", error)

    def _follow(self) -> None:
        from mlflow.exceptions import MlflowException

        try:
            with explained(self.settings):
                client = open_store(self.settings)
                numbers = production_numbers(client)
                for endpoint in self.endpoints:
                    number = numbers.get(endpoint.spec.registered_name)
                    if why := endpoint.follow(client, number):
                        self._tell(endpoint, why)
        except (InputError, MlflowException, OSError) as error:
            why = str(error).splitlines()[0]
            if why != self._why_not:  # not again every few seconds
                LOG.warning("versions cannot be followed: %s", why)
            self._why_not = why
            for endpoint in self.endpoints:
                endpoint.without_mlflow(why)
        else:
            self._why_not = ""

    def _run(self) -> None:
        while not self._stopped.wait(SECONDS):
            self.look()

    def _tell(self, endpoint: Endpoint, why: str) -> None:
        LOG.error("%s: %s", endpoint.spec.name, why)
        alert = Alert(
            model=endpoint.spec.name,
            kind="not_served",
            text=f"a version is not served: {why}",
            link=self.settings.mlflow_ui,
            day=date.today(),
        )
        send(alert, self.settings, LOG)
