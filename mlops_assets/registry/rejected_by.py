"""Which versions a change rejected for good, such as the one that a rollback replaced."""

from __future__ import annotations

from mlops_assets.platform.mlflow.version_tags import plain_name
from mlops_assets.registry.ledger import INTENT, Entry, Ledger
from mlops_assets.registry.plans import BLOCKED
from mlops_assets.registry.writes import WRITES


def rejected_by(change: Entry, ledger: Ledger) -> list[str]:
    """The versions that a change rejected for good, according to its intent in the ledger."""
    rows = ledger.history(change.model)
    intents = (it for it in rows if it.kind == INTENT and it.transition == change.transition)
    writes = [write for it in intents for write in WRITES.validate_json(it.writes)]
    blocks = (it for it in writes if plain_name(it.key) == BLOCKED and it.value is not None)
    return list(dict.fromkeys(it.version for it in blocks))
