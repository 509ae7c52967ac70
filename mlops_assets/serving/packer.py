"""Have the log's past days packed into Parquet by another process, whatever is monitored."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime

from mlops_assets.data.prediction_log.packing import is_due
from mlops_assets.errors import logger
from mlops_assets.platform.settings import Settings
from mlops_assets.serving.endpoint import Endpoint

EVERY_SECONDS = 600
COMMAND = (sys.executable, "-m", "mlops_assets.data.prediction_log")
LOG = logger(__name__)


class Packer:
    """Starts the process when a day has ended, one at a time; a failed one again later."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen | None = None
        self._next = 0.0

    def look(self, endpoints: Iterable[Endpoint]) -> None:
        """Start it if something is to be packed, unless that was a moment ago."""
        if time.monotonic() < self._next or self._is_running():
            return
        self._next, now = time.monotonic() + EVERY_SECONDS, datetime.now(UTC)
        names = [it.spec.name for it in endpoints]
        due = [name for name in names if is_due(self._settings.home, name, now)]
        if due:
            root = self._settings.project_root
            self._process = subprocess.Popen([*COMMAND, *due], cwd=root, start_new_session=True)

    def stop(self) -> None:
        """End it; what it had begun is done by the next."""
        if self._process:
            self._process.terminate()
            self._process.wait()

    def _is_running(self) -> bool:
        if self._process is None:
            return False
        code = self._process.poll()
        if code:
            LOG.warning("packing the prediction log ended with exit code %d", code)
        if code is not None:
            self._process = None
        return code is None
