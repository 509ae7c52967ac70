"""How many runs Dagster executes at a time."""

import os

from mlops_assets.platform.dagster.home import open_instance
from mlops_assets.platform.settings import Settings


def runs_at_a_time() -> int | None:
    with open_instance(Settings.from_environment()) as instance:
        queue = instance.get_concurrency_config().run_queue_config
        return queue.max_concurrent_runs if queue else None


def test_it_is_a_setting(home, monkeypatch):
    monkeypatch.setenv("MLOPS_ASSETS_CONCURRENCY", "7")
    assert runs_at_a_time() == 7


def test_by_default_there_is_one_per_core(home, monkeypatch):
    monkeypatch.delenv("MLOPS_ASSETS_CONCURRENCY", raising=False)
    assert runs_at_a_time() == max(2, os.cpu_count() or 2)
