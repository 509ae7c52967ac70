"""Serve models over HTTP in this process, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from mlops_assets.platform.ports import listening
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.model_copies import ModelCopies
from mlops_assets.registry.policies.store import PolicyStore
from mlops_assets.serving.app import Api, application
from mlops_assets.serving.copies import Copies
from mlops_assets.serving.endpoint import Endpoint
from mlops_assets.serving.given_labels import Labels
from mlops_assets.serving.limits import ApiKey, Rate, api_keys
from mlops_assets.serving.packer import Packer
from mlops_assets.serving.prediction_log import Clock, PredictionLog, real_time
from mlops_assets.serving.status import StatusFile
from mlops_assets.serving.watching import Watcher
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

HOSTS = ("SERVING_ALLOWED_HOSTS", "SERVING_ALLOWED_HOSTS")
STOP_SECONDS = 20
TURN_SECONDS = 0.0001
"""How long a thread may keep the interpreter while another waits for it."""


def serve(
    specs: Sequence[LifecycleSpec],
    settings: Settings,
    host: str,
    port: int,
    played: Clock | None = None,
) -> None:
    """Load what serves, then answer requests until Ctrl-C or SIGTERM.

    A request that has begun is answered before the end. With `played`, requests are logged as if
    they came then; past days are not packed, since they are still written to. Raises `InputError`
    for a setting that cannot be used, and if the port is taken.
    """
    import uvicorn
    from threadpoolctl import threadpool_limits

    folder = settings.home / "serving"
    models = ModelCopies.of(settings)
    policies = PolicyStore(settings.warehouse_url)
    endpoints = {
        it.name: Endpoint(it, folder / it.name, Copies(models, it.name), policies) for it in specs
    }
    log, labels = PredictionLog(settings, played or real_time), Labels(settings)
    api = Api(endpoints, specs[0].name if len(specs) == 1 else "", log.write, labels.take)
    app = guarded(application(api), settings)
    status, packer = StatusFile(folder, api.measures), Packer(settings)

    def after(looked: list[Endpoint]) -> None:
        status.write(looked)
        if played is None:
            packer.look(looked)

    watcher = Watcher(settings, endpoints.values(), after)
    watcher.start()
    # What is loaded stays: a search of it for garbage would stop all requests for 0.1 s.
    gc.collect()
    gc.freeze()
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    # uvicorn drains, then sends itself the signal again: both are the usual end, with exit code 0.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with (
            listening(host, port, "SERVING_PORT") as listener,
            threadpool_limits(1),  # a request is one row or a few: threads wait for each other
            short_turns(),
            suppress(KeyboardInterrupt),
        ):
            uvicorn.Server(config).run(sockets=[listener])
    finally:
        watcher.stop()
        packer.stop()


@contextmanager
def short_turns() -> Iterator[None]:
    """Let requests go on while a thread loads a version or predicts many rows.

    A request gives the interpreter away at each read and write, and by default would wait 5 ms each
    time for a busy thread to give it back.
    """
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def guarded(app: Any, settings: Settings) -> Any:
    """The app behind its guards: Host and Origin first, then the key, then the rate."""
    from mlops_assets.platform.ui.same_origin import SameOrigin

    if settings.serving_rate:
        app = Rate(app, settings.serving_rate)
    if keys := api_keys(settings.serving_keys.get_secret_value()):
        app = ApiKey(app, keys)
    return SameOrigin(app, settings.serving_allowed_hosts, settings=HOSTS)
