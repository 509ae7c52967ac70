"""`python -m mlops_assets.cli.demo_server MODEL PORT`: serve for the demo, on the days it plays.

Each line of stdin is a day, on which the requests that follow are logged, or empty for the real
time. It is printed once it is in force. The server ends with stdin, so none outlives its demo.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterable
from datetime import UTC, date, datetime

from mlops_assets.cli.serve import LOOPBACK
from mlops_assets.platform.settings import Settings


class PlayedTime:
    """The current time of day, on the day that is played."""

    def __init__(self) -> None:
        self._day: date | None = None

    def __call__(self) -> datetime:
        """The time, in UTC."""
        now = datetime.now(UTC)
        return datetime.combine(self._day, now.timetz()) if self._day else now

    def follow(self, lines: Iterable[str]) -> None:
        """Take the day from each line; after the last, end the process as Ctrl-C does."""
        for line in lines:
            self._day = date.fromisoformat(line.strip()) if line.strip() else None
            print(line.strip(), flush=True)
        os.kill(os.getpid(), signal.SIGINT)


def main(model: str, port: int) -> None:
    """Serve until stdin ends."""
    from mlops_assets.definitions import declared
    from mlops_assets.loading import spec_of
    from mlops_assets.serving.server import serve

    played = PlayedTime()
    threading.Thread(target=played.follow, args=(sys.stdin,), daemon=True).start()
    serve([spec_of(declared(model), model)], Settings.from_environment(), LOOPBACK, port, played)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
