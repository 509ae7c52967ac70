"""review: the checklist of the registered version, for the person who decides about it."""

import dagster as dg

from mlops_assets.lifecycle.asset import lifecycle_asset
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.lifecycle.registry_of import registry_of
from mlops_assets.lifecycle.run_actor import run_actor
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.registry.records import RegisteredVersion
from mlops_assets.registry.review.reviewing import review_result
from mlops_assets.spec.lifecycle_spec import LifecycleSpec


def build(spec: LifecycleSpec) -> list:
    """The asset `review` of a model whose versions are reviewed."""

    @lifecycle_asset(spec, reads=["registered_version"], after=["data_profile"], kinds={"mlflow"})
    def review(
        context: dg.AssetExecutionContext,
        mlflow: MlflowResource,
        registered_version: RegisteredVersion,
    ):
        """The checklist of a review, walked for the registered version.

        Each point has its evidence and an outcome: PASS, FAIL or LOOK, which is for a person. Good
        is no FAIL. The page `review` is for reading and printing. Decide with `mlops-assets review
        MODEL VERSION --approve` or `--reject --reason …`: materializing this decides nothing.
        """
        with recorded(context, mlflow, spec, "review") as run:
            model = registry_of(mlflow.settings, spec).of(spec.registered_name)
            result = review_result(
                model, spec, registered_version, mlflow.settings, reviewer=run_actor(context)
            )
            run.record(result)
            return dg.MaterializeResult(value=result.record, metadata=run.metadata)

    return [review]
