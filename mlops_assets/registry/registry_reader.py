"""What the registry says of every model: loading, lists, comparisons, history and health."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mlops_assets.errors import InputError
from mlops_assets.platform.mlflow.store import explained, open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.ledger import Entry, open_ledger
from mlops_assets.registry.overview import ModelSummary, VersionFacts, summaries
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.spec.stage_names import PRODUCTION, STAGING, StageNames

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from mlops_assets.registry.compare.report import Side
    from mlops_assets.registry.reproduce.comparison import Reproduction


LOG = logging.getLogger(__name__)


class RegistryReader:
    """The registry and the ledger that the settings name; opened when first used.

    `of(model_name)` gives one model with everything that can be said of it. Versions may be given
    as numbers or text.
    """

    def __init__(self, settings: Settings, *, actor: str = "") -> None:
        self.settings, self.actor = settings, actor

    @property
    def client(self) -> "MlflowClient":
        """MLflow's client. Raises `InputError` where the server does not answer."""
        return open_store(self.settings)

    def of(self, model_name: str) -> RegisteredModel:
        """One model with its ledger, after finishing what was interrupted."""
        ledger = open_ledger(self.settings.ledger_url)
        model = RegisteredModel(self.client, model_name, ledger, self.actor)
        model.recover()
        return model

    def load_model(
        self,
        model_name: str,
        version: str | int | None = None,
        stage: str | None = None,
        *,
        alias: str | None = None,
    ) -> Any:
        """The model of a version, of a stage or of an alias; default: the version that serves.

        `model_name` may be a whole address, `models:/name@production`, `models:/name/3`, or
        MLflow's old `models:/name/Production`. Raises `InputError` where there is no such version,
        or it is not saved safely.
        """
        from mlops_assets.registry.loaded_model import address_of, load

        with explained(self.settings):
            found = address_of(self.of, model_name, version=version, stage=stage, alias=alias)
            return load(found)

    def compare_models(
        self, model_name: str, versions: Sequence[str | int] = ()
    ) -> list[VersionFacts]:
        """Metrics with intervals, parameters, gates and data of versions, in the order given.

        Default: the version that serves and the staged one.
        """
        with explained(self.settings):
            model = self.of(model_name)
            given = [model.version(number) for number in versions]
            found = given or [it for it in map(model.at, (PRODUCTION, STAGING)) if it]
            return [VersionFacts.of(model, it, with_run=True) for it in found]

    def compare_versions(
        self, model_name: str, versions: Sequence[str | int] = (), *, pictures: bool = False
    ) -> "list[Side]":
        """What `compare_models` says, as the sides of a page; `pictures`: with their plots."""
        from mlops_assets.registry.compare.sides import version_side

        found = self.compare_models(model_name, versions)
        with explained(self.settings):
            return [version_side(self.client, it, pictures=pictures) for it in found]

    def compare_runs(
        self, names: Sequence[str], run_ids: Sequence[str], *, pictures: bool = False
    ) -> "list[Side]":
        """The same for runs of MLflow, each of a model that has one of `names`.

        A run that stands for a Dagster run is taken with its steps. Raises `InputError` where
        there is no such run, or it is one of another model.
        """
        from mlops_assets.registry.compare.sides import run_side

        with explained(self.settings):
            return [run_side(self.client, it, tuple(names), pictures=pictures) for it in run_ids]

    def reproduce_model(
        self,
        model_name: str,
        version: str | int,
        *,
        tolerance: float = 0.0,
        todays_code: bool = False,
    ) -> "Reproduction":
        """Fit a version again from what was recorded, and compare its predictions.

        `tolerance` is how far a probability, score or predicted number may be off, such as 1e-9.
        `todays_code` fits it with the code that runs now in place of the recorded one. Raises
        `InputError` where something recorded is gone.
        """
        from mlops_assets.registry.reproduce.reproduce import reproduce_version

        return reproduce_version(
            self.settings, model_name, version, tolerance=tolerance, todays_code=todays_code
        )

    def list_models(self) -> list[ModelSummary]:
        """Every model with the versions that serve and wait: one search, and one a stage name."""
        with explained(self.settings):
            return summaries(self.client)

    def list_versions(self, model_name: str, *, limit: int | None = None) -> list[VersionFacts]:
        """The versions of a model, the newest first; one search for every 1,000.

        Where the model's own names of stages cannot be read a warning says so, and stages are
        called as their tags call them.
        """
        with explained(self.settings):
            model = self.of(model_name)
            names = _names(model)
            return [VersionFacts.of(model, it, names) for it in model.versions(limit=limit)]

    def history(self, model_name: str, *, limit: int | None = None) -> list[Entry]:
        """The ledger's rows of a model, the newest first."""
        return open_ledger(self.settings.ledger_url).history(model_name, limit=limit)


def _names(model: RegisteredModel) -> StageNames:
    try:
        return model.names()
    except InputError as error:
        LOG.warning("%s", error)
        return StageNames()
