"""Take a port, or say what to do if something else has it."""

from __future__ import annotations

import socket

from mlops_assets.errors import InputError


def listening(host: str, port: int, variable: str) -> socket.socket:
    """A socket that listens on `port` of `host`; `variable` is what moves it.

    Raises `InputError` if something already listens there, or the host is not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen()
    except OSError as error:
        found.close()
        raise InputError(
            seen=f"port {port} of {host} is taken ({error.strerror})",
            expected="a free port",
            todo=f"stop what uses it, or choose another: {variable}={port + 1}",
        ) from error
    return found


def require_free_port(host: str, port: int, variable: str) -> None:
    """Raise `InputError` if something already listens on `port`."""
    listening(host, port, variable).close()
