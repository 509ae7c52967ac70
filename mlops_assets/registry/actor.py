"""Who changes a stage, in the ledger's words."""

from __future__ import annotations

import getpass
import os

USER_TAG = "user"
"""Tag of a Dagster run: the person who started it. Add it in the UI's launchpad, too."""


def current_actor() -> str:
    """The name of the user whose process this is; its number where it has no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run as a user that is in no list
        return f"user {os.getuid()}"
