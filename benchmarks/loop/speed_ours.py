"""Our verdict, run as `python -m benchmarks.loop.speed_ours REFERENCE CURRENT`."""

import sys

import pandas as pd

from benchmarks.loop.child import answer, timed
from benchmarks.loop.wide import COLUMNS
from mlops_assets.monitoring.drift.drift_verdict import drift_verdict
from mlops_assets.monitoring.drift.table_profile import TableProfile, build_profile


def main() -> None:
    """Build the reference, read it back from its stored form, and judge the day."""
    reference, current = (pd.read_parquet(path) for path in sys.argv[1:])
    built, profile = timed(lambda: build_profile(reference, COLUMNS))
    stored = TableProfile.model_validate_json(profile.model_dump_json())
    seconds, verdict = timed(lambda: drift_verdict(stored, current))
    scores = {column.column: column.score for column in verdict.columns}
    answer(reference=built, seconds=seconds, scores=scores, summary=verdict.summary())


if __name__ == "__main__":
    main()
