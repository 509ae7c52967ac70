"""Read the registry: load, list, compare and reproduce models, and show their history."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from mlops_assets.errors import InputError, logger
from mlops_assets.platform.mlflow.store import explained, open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.ledger import Entry, open_ledger
from mlops_assets.registry.overview import ModelSummary, VersionFacts, summaries
from mlops_assets.registry.policies.records import PolicyVersion
from mlops_assets.registry.policies.store import PolicyStore
from mlops_assets.registry.promoted_at import with_promotions, with_promotions_of_models
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.spec.stage_names import PRODUCTION, STAGING, StageNames

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from mlops_assets.registry.compare.report import Side
    from mlops_assets.registry.reproduce.comparison import Reproduction


LOG = logger(__name__)
GONE = "no such version"
"""The stage of a policy version that names what the registry does not have."""


class RegistryReader:
    """Read access to the registry and ledger configured in the settings; opened on first use.

    `of(model_name)` returns one model with its versions and history. Versions may be given as int
    or str.
    """

    def __init__(self, settings: Settings, *, actor: str = "") -> None:
        self.settings, self.actor = settings, actor

    @property
    def client(self) -> "MlflowClient":
        """The MLflow client. Raises `InputError` if the server does not answer."""
        return open_store(self.settings)

    def of(self, model_name: str) -> RegisteredModel:
        """Open one model with its ledger, after completing any interrupted change."""
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
        """Load the model of a version, stage or alias; default: the production version.

        `model_name` may be a full address, `models:/name@production`, `models:/name/3`, or
        MLflow's deprecated `models:/name/Production`. Raises `InputError` if there is no such
        version, or if it was not saved safely.

        A loaded model stays in the process and is shared by all who load it: do not change it.
        What another process promotes is seen within a second.
        """
        from mlops_assets.kinds.loading import load_model
        from mlops_assets.registry.known_addresses import Asked, address
        from mlops_assets.registry.loaded_model import MODEL_ID
        from mlops_assets.registry.loaded_models import loaded_model

        uri = address(Asked(model_name, version, stage, alias), self.settings, self.of)
        with explained(self.settings):
            own = MODEL_ID.fullmatch(uri)
            return loaded_model(self.settings, own[1]) if own else load_model(uri)

    @property
    def policies(self) -> PolicyStore:
        """The policy versions and variants in the warehouse; they can be appended to."""
        return PolicyStore(self.settings.warehouse_url)

    def load_policy(self, policy_version: UUID | str) -> Any:
        """Load the model of a policy version, by the `id` of its row in `exp.policy_versions`.

        Raises `InputError` if there is none.
        """
        row = self.policies.version(policy_version)
        return self.load_model(row.mlflow_model_name, row.mlflow_model_version)

    def policy_versions(self, **equal: Any) -> list[PolicyVersion]:
        """Policy versions with their stage as the registry has it, the oldest first.

        `equal` are values of their columns, such as `mlflow_model_name="planner_model"`.
        """
        with explained(self.settings):
            return [self._with_stage(row) for row in self.policies.versions(**equal)]

    def _with_stage(self, row: PolicyVersion) -> PolicyVersion:
        model = self.of(row.mlflow_model_name)
        version = model.find(row.mlflow_model_version)
        stage = model.names().shown(model.stage_of(version)) if version else GONE
        return row.model_copy(update={"stage": stage})

    def compare_models(
        self, model_name: str, versions: Sequence[str | int] = ()
    ) -> list[VersionFacts]:
        """Compare metrics with intervals, parameters, gates and data of versions, in that order.

        Default: the production version and the staged one.
        """
        with explained(self.settings):
            model = self.of(model_name)
            given = [model.version(number) for number in versions]
            found = given or [it for it in map(model.at, (PRODUCTION, STAGING)) if it]
            return [VersionFacts.of(model, it, with_run=True) for it in found]

    def compare_versions(
        self, model_name: str, versions: Sequence[str | int] = (), *, pictures: bool = False
    ) -> "list[Side]":
        """Compare versions like `compare_models`, as sides of a page; `pictures` adds plots."""
        from mlops_assets.registry.compare.sides import version_side

        found = self.compare_models(model_name, versions)
        with explained(self.settings):
            return [version_side(self.client, it, pictures=pictures) for it in found]

    def compare_runs(
        self, names: Sequence[str], run_ids: Sequence[str], *, pictures: bool = False
    ) -> "list[Side]":
        """Compare MLflow runs of a model with one of `names`, as sides of a page.

        The parent run of a Dagster run includes its steps. Raises `InputError` if a run does not
        exist or belongs to another model.
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
        """Refit a recorded version and compare its predictions with the original's.

        `tolerance` is the allowed difference of a probability, score or predicted number, such as
        1e-9. `todays_code` refits with the current code instead of the recorded code. Raises
        `InputError` if something recorded is missing.
        """
        from mlops_assets.registry.reproduce.reproduce import reproduce_version

        return reproduce_version(
            self.settings, model_name, version, tolerance=tolerance, todays_code=todays_code
        )

    def list_models(self) -> list[ModelSummary]:
        """List every model with its production and staged versions."""
        with explained(self.settings):
            return with_promotions_of_models(self.settings.ledger_url, summaries(self.client))

    def list_versions(self, model_name: str, *, limit: int | None = None) -> list[VersionFacts]:
        """List the versions of a model, the newest first; one search per 1,000.

        If the model's stage names cannot be read, a warning is logged and stages are shown as
        tagged.
        """
        with explained(self.settings):
            model = self.of(model_name)
            names = _names(model)
            found = [VersionFacts.of(model, it, names) for it in model.versions(limit=limit)]
            return with_promotions(model.ledger, found)

    def history(self, model_name: str, *, limit: int | None = None) -> list[Entry]:
        """The ledger's rows of a model, the newest first."""
        return open_ledger(self.settings.ledger_url).history(model_name, limit=limit)


def _names(model: RegisteredModel) -> StageNames:
    try:
        return model.names()
    except InputError as error:
        LOG.warning("%s", error)
        return StageNames()
