"""Evidently's preset, run as `python -m benchmarks.loop.speed_evidently REFERENCE CURRENT`."""

import sys

import pandas as pd

from benchmarks.loop.child import answer, timed
from benchmarks.loop.evidently_day import dataset, preset
from benchmarks.loop.wide import COLUMNS


def main() -> None:
    """Judge once; loading and importing do not count."""
    reference, current = (dataset(pd.read_parquet(path), COLUMNS) for path in sys.argv[1:])
    seconds, _ = timed(lambda: preset(reference, current))
    answer(seconds=seconds)


if __name__ == "__main__":
    main()
