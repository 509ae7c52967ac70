"""Compare this machine's code and packages with those of the code server."""

import socket
from collections.abc import Iterator, Mapping

from mlops_assets.operations.health.check import Seen
from mlops_assets.platform.packages import ABSENT
from mlops_assets.platform.served_code import Served, served, versions_here
from mlops_assets.platform.settings import Settings

MOST = 5
"""Differences that are named."""
NONE_STARTED = "start it, with `make up` on one machine, and check the others then"
INSTALL = (
    "install the same release of the project, with its requirements.lock, on both machines, and "
    "restart the code server"
)
RELOAD = "reload the code location in Dagster's page, or restart the code server"


def code_server(settings: Settings) -> Seen:
    """Check that what this machine would run is what the code server shows.

    On its own machine a difference is a change since it started, and only a warning.
    """
    found = served(settings)
    if found is None:
        return Seen("none has started with this database", "warning", NONE_STARTED)
    where = f"on {found.host}, loaded {found.at:%Y-%m-%d %H:%M %Z}"
    differences = list(_differences(found, versions_here()))
    if not differences:
        return Seen(f"the same code, models and packages as {where}")
    more = f", and {len(differences) - MOST} more" if len(differences) > MOST else ""
    seen = f"{', '.join(differences[:MOST])}{more}; {where}"
    if found.host == socket.gethostname():
        return Seen(seen, "warning", RELOAD)
    return Seen(seen, "unhealthy", INSTALL)


def _differences(found: Served, here: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*found.versions, *here}, key=[*here, *found.versions].index):
        own, there = here.get(name, ABSENT), found.versions.get(name, ABSENT)
        if own != there and ABSENT not in (own, there):  # `models` names a kind without its extra
            yield f"{name} {own} here, {there} there"
