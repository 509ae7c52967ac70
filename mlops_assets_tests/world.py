"""A model's graph on a real Dagster instance and a real MLflow, in the test's own process."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from mlops_assets.component import ASSETS
from mlops_assets.lifecycle import jobs, policy_version, review
from mlops_assets.lifecycle.shared import shared_definitions
from mlops_assets.platform.mlflow.run_status_sensor import close_finished_runs
from mlops_assets.platform.mlflow.runs import PARENT_TAG
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.monitoring import AS_OF_TAG
from mlops_assets_tests.kept_homes import KeptHomes

SMALL: dict[str, Any] = {
    "name": "small",
    "target": "y",
    "columns": {"numeric": ["x"], "categorical": ["c"]},
    "split": {"holdout": 0.3},
    "model": {"type": "sklearn", "estimator": "sklearn.linear_model.LogisticRegression"},
    "gates": {"roc_auc": {"min": 0.6}},
}

# Dagster keeps what a step prints with the help of two more processes for each; no test reads it.
QUIET: dict[str, Any] = {
    "compute_logs": {
        "module": "dagster._core.storage.noop_compute_log_manager",
        "class": "NoOpComputeLogManager",
    }
}

# The profile report takes longer than all the rest; most tests are about the rest.
WITHOUT_PROFILE = tuple(asset for asset in jobs.RETRAIN if asset != "data_profile")
"""What most tests retrain; with `policy_version` for a model that has one."""

# What a first retrain does not read.
LATER = ("live", "retrain", "rollback", "serving")


def small_table(rows: int = 400) -> pd.DataFrame:
    """Two features, of which `x` decides `y`."""
    x = [(7 * i) % 101 / 101 for i in range(rows)]
    return pd.DataFrame(
        {"x": x, "c": ["abc"[i % 3] for i in range(rows)], "y": [int(v > 0.5) for v in x]}
    )


def small_yaml(name: str) -> str:
    """A defs.yaml for `small_table` in table.csv."""
    return f"""\
type: mlops_assets.component.ModelLifecycle
attributes:
  name: {name}
  source: {{type: csv, path: table.csv}}
  target: y
  columns: {{numeric: [x]}}
  model: {{type: sklearn, estimator: sklearn.linear_model.LogisticRegression}}
"""


@dataclass
class World:
    """One model, one Dagster instance, one MLflow store."""

    settings: Settings
    instance: dg.DagsterInstance
    kept: KeptHomes
    spec: dict[str, Any] = field(default_factory=lambda: dict(SMALL))

    @property
    def csv(self) -> Path:
        """The file the model reads."""
        return self.settings.home / "table.csv"

    def retrain(self, *assets: str) -> dg.ExecuteInProcessResult:
        """Run the retrain job, or only the named assets of it, and let MLflow know."""
        return self._execute("retrain", assets)

    def retrain_as_of(self, day: str) -> dg.ExecuteInProcessResult:
        """Run the retrain job, without its profile, as if `day` had just ended."""
        return self._execute("retrain", self._without_profile, tags={AS_OF_TAG: day})

    def begin(self, day: str = "2026-01-04") -> None:
        """The first retrain, as of `day`, which succeeds; or a copy of one that another test made.

        For tests that are about what comes later: the model is trained once per session.
        """
        asked, trained = self.spec, {k: v for k, v in self.spec.items() if k not in LATER}

        def retrain() -> None:
            assert self.retrain_as_of(day).success

        self.spec = trained
        how = json.dumps([day, trained, self.csv.read_text()])
        self.kept.fill(self.settings.home, how, retrain)
        self.spec = asked
        self.save()

    def retrain_tagged(self, *assets: str, **tags: str) -> dg.ExecuteInProcessResult:
        """Run the retrain job, or only `assets`, as a sensor or a schedule asks for it."""
        return self._execute("retrain", assets or self._without_profile, tags=tags)

    def monitor(
        self, day: str, *assets: str, as_of: str | None = None
    ) -> dg.ExecuteInProcessResult:
        """Run the monitor job on one day, or only the named assets of it; by default, today."""
        tags = {AS_OF_TAG: as_of} if as_of else {}
        return self._execute("monitor", assets, partition_key=day, tags=tags)

    @property
    def _without_profile(self) -> tuple[str, ...]:
        return (*WITHOUT_PROFILE, *(("policy_version",) if self.spec.get("policy") else ()))

    def _execute(self, job: str, assets: Sequence[str], **options):
        self.save()
        selection = [dg.AssetKey(["small", name]) for name in assets] or None
        result = small_job(job).execute_in_process(
            instance=self.instance, asset_selection=selection, raise_on_error=False, **options
        )
        close_finished_runs(self.instance, self.settings)
        return result

    def retry(self, failed: dg.ExecuteInProcessResult) -> dg.JobExecutionResult:
        """Retry a failed run from where it failed, as the UI's button does."""
        self.save()
        options = dg.ReexecutionOptions.from_failure(failed.run_id, self.instance)
        with dg.execute_job(
            dg.reconstructable(small_retrain), self.instance, reexecution_options=options
        ) as result:
            close_finished_runs(self.instance, self.settings)
            return result

    def save(self) -> None:
        """Write the spec where `small_retrain` reads it."""
        source = {"type": "csv", "path": str(self.csv)}
        given = json.dumps({"source": source, **self.spec})
        (self.settings.home / "spec.json").write_text(given)

    @property
    def client(self):
        """The MLflow store."""
        return open_store(self.settings)

    def runs(self) -> list:
        """Every MLflow run of the model, oldest first."""
        experiment = self.client.get_experiment_by_name(self.spec["name"])
        order = ["attributes.start_time ASC"]
        return list(self.client.search_runs([experiment.experiment_id], order_by=order))

    def parents(self) -> list:
        """The runs that stand for Dagster runs."""
        return [run for run in self.runs() if PARENT_TAG not in run.data.tags]

    def children(self) -> dict[str, Any]:
        """The newest child of each name."""
        return {run.info.run_name: run for run in self.runs() if PARENT_TAG in run.data.tags}


def small_retrain() -> dg.JobDefinition:
    """The retrain job of the world whose home the environment names."""
    return small_job("retrain")


def small_job(name: str) -> dg.JobDefinition:
    """The job `name` of the same world."""
    return small_definitions().resolve_job_def(f"small_{name}")


def small_definitions() -> dg.Definitions:
    """The model of the same world, and what models share."""
    return _definitions((Settings.from_environment().home / "spec.json").read_text())


@lru_cache(maxsize=4)
def _definitions(text: str) -> dg.Definitions:
    spec = LifecycleSpec.model_validate_json(text)
    named = (policy_version,) if spec.policy else ()
    stages = (*ASSETS, *named, *((review,) if spec.is_reviewed else ()))
    built = [item for stage in stages for item in stage.build(spec)]
    checks = [item for item in built if isinstance(item, dg.AssetChecksDefinition)]
    assets = [item for item in built if not isinstance(item, dg.AssetChecksDefinition)]
    both = [jobs.retrain(spec), jobs.monitor(spec)]
    model = dg.Definitions(assets=assets, asset_checks=checks, jobs=both)
    return dg.Definitions.merge(model, shared_definitions())
