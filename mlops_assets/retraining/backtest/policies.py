"""Retraining policies to try on a model's history, as named on the command line."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mlops_assets.errors import InputError
from mlops_assets.features.columns import nearest
from mlops_assets.spec.mistakes import readable
from mlops_assets.spec.retrain import Policy

TIMERS = {"nightly": 1, "weekly": 7}
DEFAULTS = ("never", "nightly", "weekly", "loop", "nightly+loop")
FORMS = "never, nightly, weekly, every=14, loop, loop:cooldown=14,suspect_days=3, or two with a +"
EVERY = re.compile(r"every=([1-9]\d{0,3})")


class TriedPolicy(BaseModel):
    """When versions are retrained in a backtest: by a timer, by the loop, by both or never."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    every: int | None = Field(None, description="Days from one timed retrain to the next.")
    loop: Policy | None = Field(None, description="The policy of the drift sensor, if it is on.")


def parse_policy(text: str, configured: Policy) -> TriedPolicy:
    """The policy that `text` names; `loop` is the `configured` one, with the changes after a colon.

    Raises `InputError` for anything else.
    """
    every, loop = None, None
    for part in text.split("+") if text != "never" else ():
        name, _, changes = part.partition(":")
        if name == "loop" and loop is None:
            loop = _changed(configured, changes, text)
        elif every is None and not changes:
            every = _days(part, text)
        else:
            raise _unknown(text)
    return TriedPolicy(name=text, every=every, loop=loop)


def _days(part: str, text: str) -> int:
    if part in TIMERS:
        return TIMERS[part]
    if found := EVERY.fullmatch(part):
        return int(found[1])
    raise _unknown(text)


def _changed(configured: Policy, changes: str, text: str) -> Policy:
    parts = (part.partition("=") for part in changes.split(",") if part)
    given = {name: value for name, _, value in parts}
    if unknown := [name for name in given if name not in Policy.model_fields]:
        raise InputError(
            seen=f"{unknown[0]!r} in the policy {text!r}"
            f"{nearest(unknown[0], list(Policy.model_fields))}",
            expected=f"settings of `retrain:`, among {list(Policy.model_fields)}",
            todo="correct the policy",
        )
    try:
        return Policy.model_validate({**configured.model_dump(), **given})
    except ValidationError as error:
        raise readable(error, Policy) from None


def _unknown(text: str) -> InputError:
    return InputError(
        seen=f"the policy {text!r}{nearest(text, list(DEFAULTS))}",
        expected=FORMS,
        todo="correct --policy",
    )
