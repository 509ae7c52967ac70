"""The actor that the ledger records for a change."""

from __future__ import annotations

import getpass
import os

USER_TAG = "user"
"""Tag of a Dagster run with the user who started it; can be added in the UI's launchpad."""


def current_actor() -> str:
    """The name of the user who runs this process, or the user id if there is no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run as a user without an account
        return f"user {os.getuid()}"
