"""Measure the duration of each step of a retrain and of the plain script."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

LINE = re.compile(r"^  (\S.*?) +done +([\d.]+) s$")
START, BETWEEN, END = "(start)", "(between steps)", "(end)"


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print a line like `mlops-assets retrain` when the block ends."""
    began = time.perf_counter()
    yield
    print(f"  {name:<28} done     {time.perf_counter() - began:6.1f} s", flush=True)


def step_seconds(lines: list[tuple[float, str]], wall: float, model: str) -> dict[str, float]:
    """Seconds of each step, and of the time before, between and after them.

    `lines` as a process printed them, each with its moment.
    """
    found = [(at, match) for at, line in lines if (match := LINE.match(line))]
    steps = {m[1].removeprefix(f"{model}_"): float(m[2]) for _, m in found}
    (first_end, first), last_end = found[0], found[-1][0]
    start = first_end - float(first[2])
    between = last_end - start - sum(steps.values())
    return {START: start, **steps, BETWEEN: max(0.0, between), END: wall - last_end}
