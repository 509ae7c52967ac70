"""`mlops-assets serve`: answer prediction requests with the production version."""

from importlib.util import find_spec
from typing import Annotated

import typer

from mlops_assets.errors import InputError
from mlops_assets.platform.ports import require_free_port
from mlops_assets.platform.settings import Settings

LOOPBACK = "127.0.0.1"
EXTRA = ("httptools", "orjson", "prometheus_client", "treelite")
"""Modules of the optional dependencies `serving`."""


def serve(
    model: Annotated[
        str, typer.Argument(help="Model to serve. Default: all, under /models/<model>/.")
    ] = "",
    port: Annotated[int, typer.Option(envvar="SERVING_PORT")] = 8000,
    host: Annotated[
        str, typer.Option(envvar="SERVING_HOST", help="Another address needs SERVING_API_KEY.")
    ] = LOOPBACK,
    unannounced: Annotated[
        bool, typer.Option("--unannounced", help="Do not print the address.")
    ] = False,
) -> None:
    """Serve predictions over HTTP until Ctrl-C: POST /predict, GET /model-info, /health, /metrics.

    The production version answers; without one, the model of the newest finished run; without
    MLflow, the last version that served on this machine. A promotion or rollback is followed within
    seconds.

    Example:  mlops-assets serve heart_disease --port 8000
    """
    require_extra()
    from mlops_assets.definitions import declared
    from mlops_assets.loading import spec_of, specs
    from mlops_assets.serving.server import serve as run

    settings, loaded = Settings.from_environment(), declared(model or "")
    chosen = [spec_of(loaded, model)] if model else list(specs(loaded).values())
    require_key(host, settings)
    require_free_port(host, port, "SERVING_PORT")
    if not unannounced:
        typer.echo(f"Predictions  http://{host}:{port}/docs")
    run(chosen, settings, host, port)


def has_extra() -> bool:
    """Whether the optional dependencies `serving` are installed."""
    return all(find_spec(name) for name in EXTRA)


def require_extra() -> None:
    """Raise `InputError` if they are not."""
    if missing := [name for name in EXTRA if find_spec(name) is None]:
        raise InputError(
            seen=f"serving needs {', '.join(missing)}, which is not installed",
            expected="the optional dependencies `serving` of this project",
            todo="pip install 'mlops-assets[serving]'",
        )


def require_key(host: str, settings: Settings) -> None:
    """Raise `InputError` if others can reach the API without a key."""
    is_open = host != LOOPBACK and not settings.serving_keys.get_secret_value()
    if is_open:
        raise InputError(
            seen=f"predictions on {host}, which others can reach, without a key",
            expected="keys, because whoever asks can see what the model does",
            todo="set SERVING_API_KEY=name:key, or keep to 127.0.0.1 behind a reverse proxy",
        )
