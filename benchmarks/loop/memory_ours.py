"""Parquet to verdict, run as `python -m benchmarks.loop.memory_ours REFERENCE CURRENT`."""

import sys

from benchmarks.loop.child import answer, timed
from benchmarks.loop.wide import COLUMNS
from mlops_assets.monitoring.drift.drift_verdict import profile_verdict
from mlops_assets.monitoring.drift.streaming import profile_parquet


def main() -> None:
    """Both files are read in pieces; the verdict compares their profiles."""
    reference, current = sys.argv[1:]
    built, profile = timed(lambda: profile_parquet(reference, COLUMNS))
    counted, day = timed(lambda: profile_parquet(current, COLUMNS, like=profile))
    judged, verdict = timed(lambda: profile_verdict(profile, day))
    answer(reference=built, day=counted, verdict=judged, status=verdict.status)


if __name__ == "__main__":
    main()
