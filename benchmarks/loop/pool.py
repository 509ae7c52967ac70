"""Run a function over many tasks on all cores."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

from benchmarks.report import progress

Task = TypeVar("Task")
Result = TypeVar("Result")


def spread_out(
    function: Callable[[Task], Result], tasks: Sequence[Task], what: str
) -> list[Result]:
    """The results in the order of the tasks; a failure stops everything."""
    workers = min(os.cpu_count() or 1, len(tasks))
    context = multiprocessing.get_context("spawn")
    results: list[Result] = []
    with ProcessPoolExecutor(workers, context, _alone_on_its_core) as pool:
        for result in pool.map(function, tasks):
            results.append(result)
            if len(results) % max(1, len(tasks) // 4) == 0:
                progress(f"{what}: {len(results)} of {len(tasks)}")
    return results


def _alone_on_its_core() -> None:
    import numpy as np  # noqa: F401 - its threads can be limited once they exist
    import scipy.special  # noqa: F401
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)
