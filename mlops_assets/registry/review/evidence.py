"""What the points of a review look at: everything that is stored with a version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mlops_assets.evaluation.verdict import Verdict
from mlops_assets.registry.overview import VersionFacts
from mlops_assets.registry.review.pins import Pin
from mlops_assets.registry.review.records import Link, Outcome, Point
from mlops_assets.registry.version_runs import StoredRun
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

NOTHING = StoredRun("", "", "")


@dataclass(frozen=True)
class Evidence:
    """A version with the runs that tell of it; one that is gone is `NOTHING`.

    `outdated` is why its verdict no longer counts, empty if it does. `serving` is the number of the
    production version, `not_won` why an experiment keeps the version back, `told` who was consulted
    and `alerts` whether alerts reach anybody.
    """

    spec: LifecycleSpec
    facts: VersionFacts
    verdict: Verdict | None = None
    outdated: str = ""
    serving: str = ""
    not_won: str = ""
    alerts: bool = False
    told: tuple[str, ...] = ()
    pins: Sequence[Pin] = ()
    training: StoredRun = NOTHING
    evaluation: StoredRun = NOTHING
    profile: StoredRun = NOTHING
    features: StoredRun = NOTHING
    registration: StoredRun = NOTHING

    def links(self, run: StoredRun, *files: str) -> tuple[Link, ...]:
        """Those of the files that the run has."""
        return tuple(
            Link(
                experiment_id=run.experiment_id,
                run_id=run.run_id,
                dagster_run_id=run.dagster_run_id,
                file=file,
            )
            for file in files
            if file in run.files
        )


def counted(rows: str | None) -> str:
    """The number of rows that a run logged, for people."""
    return f"{int(rows):,}" if rows else "an unknown number of"


PointOf = Callable[[Evidence], Point | None]
"""Gives a point of the checklist; None if the model has nothing of the sort."""


def point(section: str, name: str, expected: str = "") -> Callable[..., Point]:
    """Makes points of one place of the checklist: `make(outcome, observed, …)`."""

    def make(
        outcome: Outcome,
        observed: str,
        details: Sequence[str] = (),
        links: Sequence[Link] = (),
    ) -> Point:
        return Point(
            section=section,
            name=name,
            outcome=outcome,
            observed=observed,
            expected=expected,
            details=tuple(details),
            links=tuple(links),
        )

    return make
