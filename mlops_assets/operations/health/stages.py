"""Check aliases and stage tags: one that is set manually bypasses the gates, or moves nothing."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mlops_assets.operations.health.check import Seen
from mlops_assets.platform.mlflow.store import explained, open_store
from mlops_assets.platform.settings import VARIABLES, Settings
from mlops_assets.platform.warehouse.reading import reading
from mlops_assets.registry.ledger import last_done_in, unfinished_in
from mlops_assets.registry.ledger_store import TABLE
from mlops_assets.registry.overview import all_models
from mlops_assets.registry.reading import stage_names

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import RegisteredModel

TODO = (
    "set the alias back in MLflow, then run `mlops-assets promote MODEL VERSION` for the version "
    "that should be in production"
)
PAGE = 1000
BY_HAND = (
    "set the tag back in MLflow; a stage changes by `mlops-assets promote`, `reject`, `archive` or "
    "`rollback`, which write tag, alias and ledger together"
)


def stages(settings: Settings) -> Seen:
    """Compare each model's production alias with the production version in the ledger."""
    recorded = _by_ledger(settings)
    if not recorded:
        return Seen("the ledger has no models")
    wrong = [
        f"{name}: version {version or 'none'} is in production, but {recorded[name] or 'none'} "
        "according to the ledger"
        for name, version in _by_alias(settings).items()
        if version != recorded.get(name, version)
    ]
    if wrong:
        return Seen("; ".join(wrong), "unhealthy", TODO)
    if by_hand := tagged_by_hand(settings):
        return Seen("; ".join(by_hand), "unhealthy", BY_HAND)
    return Seen(f"production versions match the ledger, in {len(recorded)} models")


def tagged_by_hand(settings: Settings) -> list[str]:
    """Versions whose tag `stage` and aliases do not agree: a tag alone moves nothing."""
    with explained(settings):
        client = open_store(settings)
        used = {
            (model.name, stage): str(model.aliases.get(stage, ""))
            for model in all_models(client)
            for stage in _stages_of(model)
        }
        tagged = {stage: _tagged(client, stage) for stage in {stage for _, stage in used}}
    return [
        problem
        for (name, stage), holder in used.items()
        for problem in _disagreements(name, stage, holder, tagged[stage].get(name, set()))
    ]


def _stages_of(model: "RegisteredModel") -> tuple[str, str]:
    names = stage_names(model)
    return names.production, names.staging


def _tagged(client: "MlflowClient", stage: str) -> dict[str, set[str]]:
    """The numbers of all versions with that tag, by the name of their model."""
    found, token = defaultdict(set), None
    while True:
        page = client.search_model_versions(f"tags.stage = '{stage}'", PAGE, page_token=token)
        for version in page:
            found[version.name].add(str(version.version))
        if not (token := page.token):
            return found


def _disagreements(name: str, stage: str, holder: str, numbers: set[str]) -> Iterator[str]:
    for number in sorted(numbers - {holder}, key=int):
        yield (
            f"{name}: version {number} has the tag `stage` {stage!r}, and the alias {stage} is on "
            f"{holder or 'no version'}"
        )
    if holder and holder not in numbers:
        yield f"{name}: version {holder} has the alias {stage}, and another tag `stage`"


def _by_ledger(settings: Settings) -> dict[str, str]:
    """The production version of each model, "" for none, except models with an open change."""
    from sqlalchemy import inspect

    with reading(settings.ledger_url, VARIABLES["ledger_url"]) as connection:
        if not inspect(connection).has_table(TABLE):
            return {}
        changing = {entry.model for entry in unfinished_in(connection)}
        done = last_done_in(connection)
    return {entry.model: entry.serving for entry in done if entry.model not in changing}


def _by_alias(settings: Settings) -> dict[str, str]:
    with explained(settings):
        return {
            model.name: str(model.aliases.get(stage_names(model).production, ""))
            for model in all_models(open_store(settings))
        }
