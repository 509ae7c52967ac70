"""How many rows a day needs before it can be judged."""

from __future__ import annotations

from math import ceil, inf
from statistics import median_low

from mlops_assets.monitoring.drift.calibration import level_of_one, rows_for_one_deviation
from mlops_assets.monitoring.drift.statistics import LEAST_ROWS, count_statistics
from mlops_assets.monitoring.drift.table_profile import ColumnProfile, TableProfile
from mlops_assets.monitoring.drift.text_counts import TextCounts

USUAL_RATE = 0.01


def rows_to_judge(reference: TableProfile, false_alarm_rate: float = USUAL_RATE) -> float:
    """Rows needed to judge a day at this rate (see `rows_needed`)."""
    return rows_needed(reference, level_of_one(false_alarm_rate, count_statistics(reference)))


def rows_needed(reference: TableProfile, level: float) -> float:
    """Rows needed to detect a shift by one standard deviation in half of the columns.

    At least 30; `inf` if the reference is too small.
    """
    needed = [_rows_needed(profile, level) for profile in reference.profiles.values()]
    typical = median_low(needed or [0.0])
    return typical if typical == inf else max(LEAST_ROWS, ceil(typical))


def _rows_needed(profile: ColumnProfile, level: float) -> float:
    scored = profile.lengths if isinstance(profile, TextCounts) else profile
    if scored.kind == "histogram" and scored.low == scored.high:
        return 0.0
    known = profile.known / max(profile.known + profile.missing, 1)
    return rows_for_one_deviation(scored, level) / known
