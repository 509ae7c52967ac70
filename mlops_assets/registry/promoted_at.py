"""When a version was put into production, according to the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mlops_assets.registry.ledger import Ledger, open_ledger
from mlops_assets.registry.overview import ModelSummary, VersionFacts

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def with_promotions(ledger: Ledger, found: Iterable[VersionFacts]) -> list[VersionFacts]:
    """The versions with `promoted_at`, where the ledger has it; in one query."""
    found = list(found)
    # One that never was in production has none, whatever an earlier one of its number did.
    models = {it.model_name for it in found if it.in_production_since}
    if not models:
        return found
    known = ledger.promotions(*models) if len(models) == 1 else ledger.promotions()
    return [replace(it, promoted_at=_moment(known, it)) for it in found]


def with_promotions_of_models(ledger_url: str, found: Sequence[ModelSummary]) -> list[ModelSummary]:
    """The models with `promoted_at` of what serves; the ledger is not opened if nothing does."""
    serving = [it.production for it in found if it.production]
    if not serving:
        return list(found)
    promoted = {it.model_name: it for it in with_promotions(open_ledger(ledger_url), serving)}
    return [replace(it, production=promoted.get(it.model_name)) for it in found]


def day_promoted(facts: VersionFacts, zones: Mapping[str, ZoneInfo]) -> str:
    """The day on which it was put into production, in the model's time zone; empty if unknown."""
    if not facts.promoted_at:
        return ""
    zone = zones.get(facts.model_name, UTC)
    return str(datetime.fromisoformat(facts.promoted_at).astimezone(zone).date())


def _moment(known: Mapping[tuple[str, str], datetime], facts: VersionFacts) -> str:
    """ISO text in UTC."""
    at = known.get((facts.model_name, facts.version)) if facts.in_production_since else None
    return at.isoformat(timespec="seconds") if at else ""
