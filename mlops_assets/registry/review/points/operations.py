"""Operations: the experiment, monitoring, alerts, and the way back."""

from __future__ import annotations

from mlops_assets.registry.review.evidence import Evidence, PointOf, point
from mlops_assets.registry.review.records import Point
from mlops_assets.spec.spread_cron import spread

SECTION = "Operations"


def experiment(it: Evidence) -> Point | None:
    """The experiment on live requests, where a gate asks for one."""
    if it.spec.gates.wins_experiment is None:
        return None
    make = point(SECTION, "Experiment (A/B test)", "won against the version in production")
    if it.not_won:
        return make("FAIL", it.not_won)
    return make("PASS", "won" if it.serving else "nothing serves that it could be compared with")


def monitoring(it: Evidence) -> Point:
    """What watches the version once it serves."""
    make = point(SECTION, "Monitoring", "predictions, drift and performance are watched daily")
    spec = it.spec
    if not spec.is_monitored or spec.schedule.monitor == "off":
        return make("LOOK", "defs.yaml has no daily monitoring")
    lines = [
        f"daily at {spread(spec.schedule.monitor, spec.name)} ({spec.schedule.timezone})",
        f"labels after {spec.live.label_delay} days",
    ]
    return make("PASS", "drift_report and performance_report of every day", lines)


def alerts(it: Evidence) -> Point:
    """Whether alerts reach anybody."""
    make = point(SECTION, "Alerts", "alerts reach somebody")
    if it.alerts:
        return make("PASS", "an alert target is set")
    return make("LOOK", "no target is set here: ALERT_URLS, ALERT_WEBHOOK_URL or ALERT_SMTP_URL")


def rollback(it: Evidence) -> Point:
    """The version to return to."""
    make = point(SECTION, "Rollback plan", "an earlier version that can serve again")
    automatic = it.spec.rollback.on_performance_drop
    days = it.spec.rollback.within_days
    how = (
        f"automatic within {days} days" if automatic else f"`mlops-assets rollback {it.spec.name}`"
    )
    if it.serving == it.facts.version:
        return make("LOOK", f"it serves already; {how}")
    if it.serving:
        return make("PASS", f"back to version {it.serving}: {how}")
    return make("LOOK", "it would be the first to serve: there is nothing to return to")


POINTS: tuple[PointOf, ...] = (experiment, monitoring, alerts, rollback)
