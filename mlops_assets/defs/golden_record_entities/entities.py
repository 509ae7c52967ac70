"""The people behind the citizens: who is who, golden records, and what a person has to decide.

live_data[day] ── scored_pairs ── entity_map ─┬─ golden_records
production_version ──────┘                    └─ review_queue

One step makes all four, because they are written to the warehouse in one transaction.
"""

from contextlib import ExitStack
from datetime import date

import dagster as dg

from mlops_assets.component import ModelLifecycle
from mlops_assets.defs.golden_record_entities.update import bring_up_to
from mlops_assets.entities.schema import GOLDEN, MAP, PAIRS, REVIEW
from mlops_assets.lifecycle.asset import code_reference
from mlops_assets.lifecycle.partitions import days
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

MODEL = "golden_record"

ABOUT = {
    PAIRS: "Pairs of records that may be one person, from the review threshold on, with their "
    "match weight. Only records that are new or have changed are compared, unless another version "
    "serves. Good: few between the review and the match threshold.",
    MAP: "The golden id of every record. An id stays when records come: of several ids that turn "
    "out to be one person the one with most records stays, and the larger part of one that is "
    "torn apart. The table `entity_changes` has what was merged, split, moved or retired.",
    GOLDEN: "One row a person: of each field the value that survives, and in `provenance` the "
    "record it comes from and why. An address is the newest; of a name initials and uncommon "
    "words lose, for a typing error is rare. Only people whose records changed are written.",
    REVIEW: "What a person has to decide: pairs that are neither a match nor none, matches whose "
    "ids are of two people, and people with too many records. Good: short. Items leave by "
    "themselves when they no longer hold.",
}
UP_TO_DATE = (
    dg.AutomationCondition.eager() & dg.AutomationCondition.all_deps_blocking_checks_passed()
)
FOLLOWS = {
    PAIRS: ("live_data", "production_version"),
    MAP: (PAIRS,),
    GOLDEN: (MAP,),
    REVIEW: (MAP,),
}


@dg.definitions
def definitions(context: dg.ComponentLoadContext) -> dg.Definitions:
    """The four assets, the job that makes them, and what starts them by itself."""
    spec = context.load_component(MODEL, ModelLifecycle).spec
    assets = entity_assets(spec)
    selection = dg.AssetSelection.assets(*assets.keys)
    tags = {"model": spec.name}
    job = dg.define_asset_job(
        f"{spec.name}_entities",
        selection=selection,
        description="The people behind the records, as of one day.",
        tags=tags,
        run_tags=tags,
    )
    on = spec.schedule.status == "on"
    sensor = dg.AutomationConditionSensorDefinition(
        f"{spec.name}_entities_sensor",
        target=selection,
        description="Brings the entities up to date when the newest day or the version that "
        "serves has changed.",
        default_status=dg.DefaultSensorStatus.RUNNING if on else dg.DefaultSensorStatus.STOPPED,
        run_tags=tags,
    )
    return dg.Definitions(assets=[assets], jobs=[job], sensors=[sensor])


def entity_assets(spec: LifecycleSpec) -> dg.AssetsDefinition:
    """One step that brings the entities of `spec`'s model up to a day."""

    def entities(context: dg.AssetExecutionContext, mlflow: MlflowResource, live_data):
        with ExitStack() as opened:
            runs = {
                name: opened.enter_context(
                    recorded(context, mlflow, spec, "entities", asset=_key(spec, name))
                )
                for name in ABOUT
            }
            bring_up_to(date.fromisoformat(context.partition_key), spec, live_data, mlflow, runs)
        for name, run in runs.items():
            yield dg.MaterializeResult(asset_key=_key(spec, name), metadata=run.metadata)

    return dg.multi_asset(
        name=f"{spec.name}__entities",
        specs=[_asset(spec, name, entities) for name in ABOUT],
        ins={"live_data": dg.AssetIn(key=_key(spec, "live_data"))},
        partitions_def=days(spec),
        pool=f"{spec.name}_entities",
    )(entities)


def _key(spec: LifecycleSpec, name: str) -> dg.AssetKey:
    return dg.AssetKey([spec.name, name])


def _asset(spec: LifecycleSpec, name: str, function) -> dg.AssetSpec:
    return dg.AssetSpec(
        _key(spec, name),
        description=ABOUT[name],
        deps=[_key(spec, it) for it in FOLLOWS[name]],
        group_name=spec.name,
        owners=[spec.owner],
        kinds={"sql", spec.model.type},
        code_version=spec.code_version,
        automation_condition=UP_TO_DATE,
        metadata={"dagster/code_references": code_reference(function)},
    )
