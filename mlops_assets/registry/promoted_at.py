"""When a version was put into production, according to the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mlops_assets.registry.ledger import Ledger
from mlops_assets.registry.overview import VersionFacts


def with_promotions(ledger: Ledger, found: Iterable[VersionFacts]) -> list[VersionFacts]:
    """The versions with `promoted_at`, where the ledger has it; one query per model."""
    known: dict[str, dict[str, str]] = {}
    done = []
    for facts in found:
        if not facts.in_production_since:  # it never was, whatever an earlier one of its number did
            done.append(facts)
            continue
        if facts.model_name not in known:
            known[facts.model_name] = _moments(ledger, facts.model_name)
        moment = known[facts.model_name].get(facts.version, "")
        done.append(replace(facts, promoted_at=moment))
    return done


def _moments(ledger: Ledger, model: str) -> dict[str, str]:
    """The newest promotion of each version, as ISO text in UTC."""
    oldest_first = reversed(ledger.served(model))
    return {entry.serving: entry.at.isoformat(timespec="seconds") for entry in oldest_first}
