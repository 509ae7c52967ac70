"""The one way through which a stage changes: intent into the ledger, writes, end into the ledger.

The intent holds every write, so whoever meets an interrupted change makes the writes again. Two
never do so at once: each holds the model's lock, which a dead process has let go of.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.registry.ledger import DONE, UNDONE, Entry, Ledger, Writer
from mlops_assets.registry.writes import WRITES, Write

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

GONE, REFUSED = "RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"
WORDS = 300
"""Characters of what MLflow says that the ledger keeps; it may repeat a value that is too long."""


def change(client: MlflowClient, ledger: Ledger, model: str, plan: Callable[[], Entry]) -> Entry:
    """Carry out what `plan` wants, and return the ledger's last row of it.

    `plan` is called when nobody else changes the model and no change is unfinished. It looks at
    the registry, raises `InputError` for what may not be, and returns the intent.
    """
    with ledger.changing(model) as writer:
        _finish_all(client, writer)
        intent = writer.append(plan())
        ended = finish(client, writer, intent)
    if ended.kind == UNDONE:
        raise InputError(
            seen=f"the change of {model} was taken back: {ended.reason}",
            expected="a version that stays while it is changed, and values that MLflow takes",
            todo="look at the model's history; all is as it was before",
        )
    return ended


def recover(client: MlflowClient, ledger: Ledger, model: str) -> list[Entry]:
    """Finish the interrupted change of `model`, if any; one query where there is none."""
    if not ledger.unfinished(model):
        return []
    with ledger.changing(model) as writer:
        return _finish_all(client, writer)


def finish(client: MlflowClient, writer: Writer, intent: Entry) -> Entry:
    """Make all writes of an intent and record its end.

    They are taken back where its version is gone or MLflow refuses a value, which no later try
    would change; the row then has the reason. What it writes on another version that is gone, such
    as the one that served before, is left out.
    """
    from mlflow.exceptions import MlflowException

    for write in WRITES.validate_json(intent.writes):
        writer.require_lock()
        try:
            write.apply(client, writer.model)
        except MlflowException as error:
            if error.error_code not in (GONE, REFUSED):
                raise  # MLflow is away: the intent stays open and is finished later
            if error.error_code == REFUSED or _is_about(intent, write):
                return _take_back(client, writer, intent, _why(intent, error))
    return writer.append(_end(intent, DONE))


def _is_about(intent: Entry, write: Write) -> bool:
    """Whether the intent makes no sense without what is written to: its version, or the model."""
    return write.to != "tag" or write.version == intent.version


def _why(intent: Entry, error: MlflowException) -> str:
    if error.error_code == GONE:
        return f"version {intent.version} was deleted while it was changed"
    return f"MLflow refused it: {error.message[:WORDS]}"


def _take_back(client: MlflowClient, writer: Writer, intent: Entry, why: str) -> Entry:
    _undo(client, writer, intent)
    return writer.append(_end(intent, UNDONE).model_copy(update={"reason": why}))


def _finish_all(client: MlflowClient, writer: Writer) -> list[Entry]:
    return [finish(client, writer, intent) for intent in writer.unfinished()]


def _undo(client: MlflowClient, writer: Writer, intent: Entry) -> None:
    from mlflow.exceptions import MlflowException

    for write in WRITES.validate_json(intent.undo):
        writer.require_lock()
        try:
            write.apply(client, writer.model)
        except MlflowException as error:
            if error.error_code != GONE:
                raise


def _end(intent: Entry, kind: str) -> Entry:
    unused = json.dumps([])
    return intent.model_copy(update={"kind": kind, "writes": unused, "undo": unused})
