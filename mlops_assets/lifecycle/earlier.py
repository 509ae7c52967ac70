"""Read the days before a day from the lake."""

from datetime import date

from mlops_assets.monitoring.earlier_days import EarlierDays
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.monitoring.scored_day import Predictions
from mlops_assets.platform.lake import NotMaterializedError, read_newest
from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def earlier_days(spec: LifecycleSpec) -> EarlierDays:
    """The model's days in the lake; one without rows or predictions there is left out."""

    def read(day: date) -> tuple[LiveDay, Predictions] | None:
        try:
            live = read_newest([spec.name, "live_data", str(day)], LiveDay)
            return live, read_newest([spec.name, "predictions", str(day)], Predictions)
        except NotMaterializedError:
            return None

    return EarlierDays(read=read, most=spec.live.pool_days)
