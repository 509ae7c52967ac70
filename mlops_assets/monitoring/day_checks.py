"""Data checks of one day of live rows; a failed one makes the day an outage, not drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_assets.claims import Claim
from mlops_assets.data.checks import checks
from mlops_assets.data.day_parts import DayParts
from mlops_assets.errors import InputError, UnreadableDataError
from mlops_assets.features.columns import Columns, nearest
from mlops_assets.features.dataset import Dataset
from mlops_assets.monitoring.day_counts import DayCounts

if TYPE_CHECKING:
    from mlops_assets.spec.lifecycle_spec import LifecycleSpec

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


def day_claims(day: DayParts, counts: DayCounts, *, same_as: str = "") -> list[Claim]:
    """Checks that a day's rows must pass before they are scored and compared with a reference.

    `counts` are those of all rows of the `day`; `same_as` is another day with exactly the same
    rows, or empty.
    """
    spec, rows, columns = counts.spec, counts.rows, counts.columns
    enough = _renamed(checks.has_enough_rows(rows, spec.live.minimum_rows), "day_has_rows")
    claims = [_can_be_read(None), enough, _has_columns(counts)]
    if failed := [claim.name for claim in claims if not claim.passed]:
        return [*claims, *checks.not_judged(list(CLAIMS)[len(claims) :], failed[0])]
    unrepeated = checks.none_is_repeated(counts.repeats(), rows, spec.identity, columns)
    return [
        *claims,
        _renamed(checks.none_is_empty(counts.empty), "day_has_no_empty_column"),
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


def _fits_roles(day: DayParts, counts: DayCounts) -> Claim:
    name = "day_fits_its_roles"
    try:
        if counts.misfits:
            _require_fitting(day, counts.spec)
    except InputError as e:
        return Claim(name=name, passed=False, observed=e.seen, bound=e.expected, todo=TODO)
    seen = f"the values of {len(counts.spec.columns.names)} features fit"
    return Claim(name=name, passed=True, observed=seen, bound="values that fit", todo=TODO)


def _require_fitting(day: DayParts, spec: LifecycleSpec) -> None:
    """Raise `InputError` for the first column that does not fit, looked at as a whole.

    A batch cannot tell how many values of the day do not fit, nor whether all weights are 0.
    """
    personal = spec.personal_data
    for columns in (spec.columns, spec.context_columns):
        for name, role in columns.roles():
            personal.typed(day.frame([name]), Columns.model_validate({role: [name]}))
    for name in spec.context.get("weight", ()):
        weights = personal.typed(day.frame([name]), Columns(numeric=[name]))
        roles = {"weight": (name,)}
        Dataset(weights[[]], Columns(), context=weights, roles=roles).require_weights()
    if spec.task.context_roles:
        context = personal.typed(day.frame(spec.context_columns.names), spec.context_columns)
        rows = Dataset(context[[]], Columns(), context=context, roles=spec.context_roles)
        spec.require_context(rows)


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
