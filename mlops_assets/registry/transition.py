"""Change a stage: record the intent in the ledger, write to MLflow, record the end in the ledger.

The intent holds every write, so any process can repeat the writes of an interrupted change. Two
never do so at once: each holds the model's lock, which is released if its process dies.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from mlops_assets.errors import InputError
from mlops_assets.registry.ledger import DONE, UNDONE, Entry, Ledger, Writer
from mlops_assets.registry.own_changes import note_change
from mlops_assets.registry.writes import WRITES, Write

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

GONE, REFUSED = "RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"
WORDS = 300
"""Characters of MLflow's error that the ledger keeps; it may repeat a value that is too long."""


def change(client: MlflowClient, ledger: Ledger, model: str, plan: Callable[[], Entry]) -> Entry:
    """Carry out the intent that `plan` returns, and return its last row in the ledger.

    `plan` is called while the model is locked and no change is unfinished. It reads the registry,
    raises `InputError` if the change is not allowed, and returns the intent.
    """
    with ledger.changing(model) as writer:
        _finish_all(client, writer)
        intent = writer.append(plan())
        ended = finish(client, writer, intent)
    note_change()
    if ended.kind == UNDONE:
        raise InputError(
            seen=f"the change of {model} was undone: {ended.reason}",
            expected="a version that is not deleted meanwhile, and values that MLflow accepts",
            todo="look at the model's history; everything is as it was before",
        )
    return ended


def recover(client: MlflowClient, ledger: Ledger, model: str) -> list[Entry]:
    """Finish the interrupted change of `model`, if any; takes one query if there is none."""
    if not ledger.unfinished(model):
        return []
    with ledger.changing(model) as writer:
        return _finish_all(client, writer)


def finish(client: MlflowClient, writer: Writer, intent: Entry) -> Entry:
    """Apply all writes of an intent and record its end.

    They are undone if the version was deleted or MLflow rejects a value, which a retry would not
    change; the row then has the reason. Writes to another version that was deleted, such as the
    previous production version, are skipped.
    """
    from mlflow.exceptions import MlflowException

    for write in WRITES.validate_json(intent.writes):
        writer.require_lock()
        try:
            write.apply(client, writer.model)
        except MlflowException as error:
            if error.error_code not in (GONE, REFUSED):
                raise  # MLflow is unavailable: the intent stays open and is finished later
            if error.error_code == REFUSED or _is_about(intent, write):
                return _take_back(client, writer, intent, _why(intent, error))
    return writer.append(_end(intent, DONE))


def _is_about(intent: Entry, write: Write) -> bool:
    """Whether the intent is pointless without the target of the write: its version or model."""
    return write.to != "tag" or write.version == intent.version


def _why(intent: Entry, error: MlflowException) -> str:
    if error.error_code == GONE:
        return f"version {intent.version} was deleted while it was changed"
    return f"MLflow rejected it: {error.message[:WORDS]}"


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
