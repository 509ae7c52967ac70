"""Assets of the entities: scored pairs, entity map, golden records and review queue.

live_data[day] ── scored_pairs ── entity_map ─┬─ golden_records
production_version ──────┘                    └─ review_queue

One step materializes all four, because they are written to the warehouse in one transaction.
"""

from contextlib import ExitStack
from datetime import date

import dagster as dg

from mlops_assets.component import ModelLifecycle
from mlops_assets.defs.golden_record_entities.update import update_entity_tables
from mlops_assets.entities.schema import GOLDEN, MAP, PAIRS, REVIEW
from mlops_assets.lifecycle.asset import code_reference
from mlops_assets.lifecycle.partitions import days
from mlops_assets.lifecycle.recorded import recorded
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

MODEL = "golden_record"

DESCRIPTIONS = {
    PAIRS: "Pairs of records above the review threshold, with their match weights. Only new and "
    "changed records are compared, or all of them once another version serves. Good: few pairs "
    "between the review and the match threshold.",
    MAP: "The golden id of every record. Ids are stable: if several ids turn out to be one person, "
    "the one with most records stays, and if an id is split, its largest part keeps it. The table "
    "`entity_changes` lists the ids that were merged, split, moved or retired. Good: few changes "
    "per day, and few entities with more than three records.",
    GOLDEN: "One row per person, with the surviving value of each field; `provenance` has the "
    "record it comes from and the reason. Addresses are the newest; in names, initials and "
    "uncommon words lose, because typing errors are rare. Only people whose records changed are "
    "written.",
    REVIEW: "Cases that need a manual decision: uncertain pairs, matches with the ids of two "
    "people, and people with too many records. Good: a short queue. Items are removed "
    "automatically once they no longer apply.",
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
    """The four assets, their job, and the sensor that runs it automatically."""
    spec = context.load_component(MODEL, ModelLifecycle).spec
    assets = entity_assets(spec)
    selection = dg.AssetSelection.assets(*assets.keys)
    tags = {"model": spec.name}
    job = dg.define_asset_job(
        f"{spec.name}_entities",
        selection=selection,
        description="Update the entities with the records of one day.",
        tags=tags,
        run_tags=tags,
    )
    on = spec.schedule.status == "on"
    sensor = dg.AutomationConditionSensorDefinition(
        f"{spec.name}_entities_sensor",
        target=selection,
        description="Updates the entities when there is a new day or a new production version.",
        default_status=dg.DefaultSensorStatus.RUNNING if on else dg.DefaultSensorStatus.STOPPED,
        run_tags=tags,
        tags=tags,
    )
    return dg.Definitions(assets=[assets], jobs=[job], sensors=[sensor])


def entity_assets(spec: LifecycleSpec) -> dg.AssetsDefinition:
    """One step that updates the entities of `spec`'s model with the records of a day."""

    def entities(context: dg.AssetExecutionContext, mlflow: MlflowResource, live_data: LiveDay):
        with ExitStack() as opened:
            runs = {
                name: opened.enter_context(
                    recorded(context, mlflow, spec, "entities", asset=_key(spec, name))
                )
                for name in DESCRIPTIONS
            }
            day = date.fromisoformat(context.partition_key)
            update_entity_tables(day, spec, live_data, mlflow, runs)
        for name, run in runs.items():
            yield dg.MaterializeResult(asset_key=_key(spec, name), metadata=run.metadata)

    return dg.multi_asset(
        name=f"{spec.name}__entities",
        specs=[_asset(spec, name, entities) for name in DESCRIPTIONS],
        ins={"live_data": dg.AssetIn(key=_key(spec, "live_data"))},
        partitions_def=days(spec),
        pool=f"{spec.name}_entities",
    )(entities)


def _key(spec: LifecycleSpec, name: str) -> dg.AssetKey:
    return dg.AssetKey([spec.name, name])


def _asset(spec: LifecycleSpec, name: str, function) -> dg.AssetSpec:
    return dg.AssetSpec(
        _key(spec, name),
        description=DESCRIPTIONS[name],
        deps=[_key(spec, it) for it in FOLLOWS[name]],
        group_name=spec.name,
        owners=[spec.owner],
        kinds={"sql", spec.model.type},
        code_version=spec.code_version,
        automation_condition=UP_TO_DATE,
        metadata={"dagster/code_references": code_reference(function)},
    )
