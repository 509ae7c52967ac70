"""Power of the drift test: the probability that a shift is detected on one day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.monitoring.drift.calibration import Bounds, score_bound
from mlops_assets.monitoring.drift.category_counts import CategoryCounts
from mlops_assets.monitoring.drift.drift_verdict import LEAST_EFFECT, bounds_for
from mlops_assets.monitoring.drift.histogram import Histogram, positions
from mlops_assets.monitoring.drift.null_distribution import coarse_edges, label_shares, point_areas
from mlops_assets.monitoring.drift.rows_needed import rows_needed
from mlops_assets.monitoring.drift.scores import jensen_shannon_rows
from mlops_assets.monitoring.drift.table_profile import TableProfile
from mlops_assets.monitoring.drift.text_counts import TextCounts

if TYPE_CHECKING:
    import numpy as np

DAYS = 400
STEPS = 12


def detection_rate(
    reference: TableProfile,
    column: str,
    shift_sd: float,
    rows: int,
    false_alarm_rate: float = 0.01,
    *,
    least_effect: float = LEAST_EFFECT,
    seed: int = 0,
) -> float:
    """Share of days of `rows` rows, 0 to 1, with the verdict drift due to this column's score.

    Numbers, dates and text lengths are shifted by `shift_sd` standard deviations; of labels, that
    share of the rows is changed to the rarest one. 0 if so few rows are inconclusive.
    """
    bounds = bounds_for(reference, false_alarm_rate, least_effect, seed)
    return _rate(reference, column, shift_sd, rows, bounds)


def smallest_shift(
    reference: TableProfile,
    column: str,
    rows: int,
    false_alarm_rate: float = 0.01,
    *,
    rate: float = 0.9,
    least_effect: float = LEAST_EFFECT,
    seed: int = 0,
) -> float | None:
    """The smallest `shift_sd` with a `detection_rate` of at least `rate`; None if there is none."""
    bounds = bounds_for(reference, false_alarm_rate, least_effect, seed)

    def detected(shift: float) -> bool:
        return _rate(reference, column, shift, rows, bounds) >= rate

    low, high = 0.0, 1.0 if isinstance(reference.profiles[column], CategoryCounts) else 4.0
    if not detected(high):
        return None
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if detected(middle) else (middle, high)
    return high


def _rate(reference: TableProfile, column: str, shift: float, rows: int, bounds: Bounds) -> float:
    if rows < rows_needed(reference, bounds.level):
        return 0.0
    profile = reference.profiles[column]
    known = round(rows * profile.known / max(profile.known + profile.missing, 1))
    scored = profile.lengths if isinstance(profile, TextCounts) else profile
    scores = _shifted(scored, shift, known, bounds.seed)
    return float((scores > score_bound(scored, known, bounds)).mean())


def _shifted(profile: Histogram | CategoryCounts, shift: float, rows: int, seed: int) -> np.ndarray:
    """(days,) scores of shifted days."""
    if isinstance(profile, CategoryCounts):
        return _shifted_labels(profile, shift, rows, seed)
    return _shifted_numbers(profile, shift, rows, seed)


def _shifted_numbers(profile: Histogram, shift: float, rows: int, seed: int) -> np.ndarray:
    """(days,) Wasserstein scores of shifted days."""
    import numpy as np

    values, shares = positions(profile)
    edges = coarse_edges(profile)
    counts = np.random.default_rng(seed).multinomial(rows, shares / shares.sum(), size=DAYS)
    moved = point_areas(values + shift * profile.deviation, edges)
    apart = counts @ (moved / rows) - shares @ point_areas(values, edges)
    return np.abs(apart).sum(axis=1) / profile.deviation


def _shifted_labels(profile: CategoryCounts, share: float, rows: int, seed: int) -> np.ndarray:
    """(days,) Jensen–Shannon distances of days with a share of rows set to the rarest label."""
    import numpy as np

    shares = label_shares(profile) * (1 - share)
    shares[int(np.argmin(profile.counts))] += share
    counts = np.random.default_rng(seed).multinomial(rows, shares, size=DAYS)
    before = np.array([[*profile.counts, profile.others]], dtype="float64")
    return jensen_shannon_rows(np.repeat(before, DAYS, axis=0), counts)
