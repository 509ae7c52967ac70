"""A second kind of the tasks that `sklearn` has, which loads only what it fitted itself."""

from typing import Any, Literal

from mlops_assets.evaluation.records import TrainedModel
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.loading import kind_of
from mlops_assets.kinds.sklearn.model import SklearnModel
from mlops_assets.kinds.sklearn.spec import SklearnSpec
from mlops_assets.platform.mlflow.runs import experiment_id
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.spec.lifecycle_spec import LifecycleSpec


class Rule(SklearnSpec):
    """An estimator under another name."""

    type: Literal["rule"] = "rule"

    @classmethod
    def load(cls, model_uri: str) -> SklearnModel:
        """Only a model of this kind."""
        assert kind_of(model_uri) == "rule", f"rule cannot read {model_uri}"
        return super().load(model_uri)


def with_rule(spec: LifecycleSpec, **changed: Any) -> LifecycleSpec:
    """The spec after its YAML named the kind `rule`."""
    return spec.model_copy(update={"model": Rule(estimator=spec.model.estimator), **changed})


def fitted_by_rule(settings: Settings, spec: LifecycleSpec, dataset: Dataset) -> TrainedModel:
    """A model of that kind in MLflow, as the asset `trained_model` leaves it."""
    client = open_store(settings)
    run_id = client.create_run(experiment_id(client, spec.experiment, settings)).info.run_id
    client.log_param(run_id, "kind", "rule")
    rule = Rule(estimator=spec.model.estimator)
    model = rule.fit(dataset, spec.task, seed=0, allowed_prefixes=("sklearn.",))
    sample = dataset.features.head()
    return TrainedModel(
        model_id=model.save(sample, run_id=run_id, model_name=spec.registered_name),
        run_id=run_id,
        fingerprint="rule",
        dataset_version="d",
        code_version="c",
        reused=False,
    )
