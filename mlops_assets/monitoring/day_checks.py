"""Data checks of one day of live rows; a failed one makes the day an outage, not drift."""

from __future__ import annotations

from mlops_assets.claims import Claim
from mlops_assets.data.checks import checks
from mlops_assets.data.checks.fitting import require_fitting
from mlops_assets.data.table_parts import TableParts
from mlops_assets.errors import InputError, UnreadableDataError
from mlops_assets.features.columns import nearest
from mlops_assets.monitoring.day_counts import DayCounts

CLAIMS = {
    "day_can_be_read": "What the source delivered is complete, undamaged and in its usual form.",
    "day_has_rows": "There are at least `live.minimum_rows` rows.",
    "day_has_its_columns": "Every feature and context column is present.",
    "day_has_no_empty_column": "No feature or context column is entirely null.",
    "day_fits_its_roles": "Numeric columns contain numbers, dates contain dates, and so on.",
    "day_repeats_no_row": "No two rows have the same identity.",
    "day_repeats_no_other_day": "The rows differ from those of other days.",
}
TODO = "check the source of the live rows; the day is left out of drift until it is fixed"


def day_claims(day: TableParts, counts: DayCounts, *, same_as: str = "") -> list[Claim]:
    """Checks that a day's rows must pass before they are scored and compared with a reference.

    `counts` are those of all rows of the `day`; `same_as` is another day with exactly the same
    rows, or empty.
    """
    spec, rows, columns = counts.spec, counts.rows, counts.columns
    enough = _renamed(checks.has_enough_rows(rows, spec.live.minimum_rows), "day_has_rows")
    claims = [_can_be_read(None), enough, _has_columns(counts)]
    if failed := [claim.name for claim in claims if not claim.passed]:
        return [*claims, *checks.not_judged(list(CLAIMS)[len(claims) :], failed[0])]
    unrepeated = checks.no_repeated_identity(counts.repeats(), rows, spec.identity, columns)
    return [
        *claims,
        _renamed(checks.no_empty_column(counts.empty), "day_has_no_empty_column"),
        _fits_roles(day, counts),
        _renamed(unrepeated, "day_repeats_no_row"),
        _is_its_own(same_as),
    ]


def unreadable_claims(error: UnreadableDataError) -> list[Claim]:
    """The same checks of a day that cannot be read."""
    unreadable = _can_be_read(error)
    return [unreadable, *checks.not_judged(list(CLAIMS)[1:], unreadable.name)]


def _can_be_read(error: UnreadableDataError | None) -> Claim:
    return Claim(
        name="day_can_be_read",
        passed=error is None,
        observed=error.seen if error else "it was read",
        bound=error.expected if error else "data that can be read",
        todo=TODO,
    )


def _has_columns(counts: DayCounts) -> Claim:
    hints = [f"{name!r}{nearest(name, counts.columns)}" for name in counts.lacking]
    return Claim(
        name="day_has_its_columns",
        passed=not hints,
        observed=f"no column {', '.join(hints)}" if hints else "all columns are present",
        bound=f"each of {counts.spec.needed_columns}",
        todo=TODO,
    )


def _fits_roles(day: TableParts, counts: DayCounts) -> Claim:
    name = "day_fits_its_roles"
    try:
        if counts.misfits:
            spec = counts.spec
            require_fitting(day.frame, spec, spec.personal_data, spec.require_context)
    except InputError as e:
        return Claim(name=name, passed=False, observed=e.seen, bound=e.expected, todo=TODO)
    seen = f"the values of {len(counts.spec.columns.names)} features fit"
    return Claim(name=name, passed=True, observed=seen, bound="values that fit", todo=TODO)


def _is_its_own(same_as: str) -> Claim:
    return Claim(
        name="day_repeats_no_other_day",
        passed=not same_as,
        observed=f"exactly the rows of {same_as}" if same_as else "new rows",
        bound="rows that differ from every other day",
        todo=TODO,
    )


def _renamed(claim: Claim, name: str) -> Claim:
    return claim.model_copy(update={"name": name, "todo": TODO})
