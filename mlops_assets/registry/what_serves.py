"""Find what serves in MLflow's stores: production versions, their runs, files and experiments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mlops_assets.platform.mlflow.model_ids import registered_model_id
from mlops_assets.registry.reading import stage_names
from mlops_assets.registry.version_number import version_number

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion, RegisteredModel

# Other texts name no run or logged model, and would change a search.
ID = re.compile(r"[\w-]+", re.ASCII)
PAGE = 100


class WhatServes:
    """The production versions in MLflow's `registry` and `tracking` stores, as its server has them.

    Raises `InputError` if the stage names of a model that is asked about cannot be read.
    """

    def __init__(self, registry: Any, tracking: Any) -> None:
        self.registry, self.tracking = registry, tracking

    def of_run(self, run_id: str) -> ModelVersion | None:
        """A production version that was registered from the run."""
        return self._serving(f"run_id = '{run_id}'") if ID.fullmatch(run_id) else None

    def of_logged_model(self, model_id: str) -> ModelVersion | None:
        """A production version of the logged model, or of the run that logged it."""
        from mlflow.exceptions import MlflowException

        if not ID.fullmatch(model_id):
            return None
        if found := self._serving(f"source_path = 'models:/{model_id}'"):
            return found
        try:
            logged = self.tracking.get_logged_model(model_id)
        except MlflowException:
            return None  # there is none, as MLflow is going to answer
        return self.of_run(logged.source_run_id or "")

    def of_experiment(self, experiment_id: str) -> ModelVersion | None:
        """A production version whose run or logged model is in the experiment."""
        found = (it for it in self._all() if experiment_id in self._experiments(it))
        return next(found, None)

    def _serving(self, query: str) -> ModelVersion | None:
        found = self.registry.search_model_versions(query, max_results=1000)
        return next((version for version in found if self._serves(version)), None)

    def _serves(self, version: ModelVersion) -> bool:
        number = serving_number(self.registry.get_registered_model(version.name))
        return number is not None and number == version_number(version.version)

    def _all(self) -> Iterator[ModelVersion]:
        token = None
        while True:
            page = self.registry.search_registered_models(max_results=PAGE, page_token=token)
            for model in page:
                if number := serving_number(model):
                    yield self.registry.get_model_version(model.name, number)
            if not (token := page.token):
                return

    def _experiments(self, version: ModelVersion) -> set[str]:
        found = set()
        if version.run_id:
            found.add(self.tracking.get_run(version.run_id).info.experiment_id)
        if model_id := registered_model_id(version):
            found.add(self.tracking.get_logged_model(model_id).experiment_id)
        return {str(it) for it in found}


def serving_number(model: RegisteredModel) -> str | None:
    """The number of the model's production version, None if it has none."""
    number = model.aliases.get(stage_names(model).production)
    return None if number is None else version_number(number)
