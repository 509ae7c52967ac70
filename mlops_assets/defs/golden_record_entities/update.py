"""Update the entity tables with the records of a day, and record the result."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import dagster as dg

from mlops_assets.claims import require
from mlops_assets.data.record_ids import record_ids
from mlops_assets.entities.review_queue import MEANING
from mlops_assets.entities.schema import GOLDEN, MAP, PAIRS, REVIEW
from mlops_assets.entities.tables import EntityTables
from mlops_assets.errors import InputError
from mlops_assets.features.dates import local_times
from mlops_assets.kinds.fellegi_sunter.model import FellegiSunterModel
from mlops_assets.kinds.loading import load_model
from mlops_assets.lifecycle.registry_of import registry_of
from mlops_assets.monitoring.day_facts import DaySummary, QueueSummary
from mlops_assets.monitoring.live_day import LiveDay
from mlops_assets.platform.markdown import frame_table
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.platform.mlflow.recording import Recording
from mlops_assets.platform.mlflow.resource import MlflowResource
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

if TYPE_CHECKING:
    import pandas as pd

    from mlops_assets.entities.resolve import EntityUpdate
    from mlops_assets.kinds.fellegi_sunter.linkage_model import LinkageModel

MOST_RECORDS = 10
"""A person with more records goes to review."""
WORDS = {
    "records_new": "new records",
    "records_changed": "changed records",
    "touched": "golden records written",
}
KINDS = [kind.replace(" ", "_") for kind in MEANING]
Runs = Mapping[str, Recording]


def update_entity_tables(
    day: date, spec: LifecycleSpec, live_data: LiveDay, mlflow: MlflowResource, runs: Runs
) -> None:
    """Compare new records, write all resulting changes in one transaction, and record them.

    A day before the tables' current day changes nothing, because its records are in them already.
    Raises `InputError` if the day is an outage or no version serves.
    """
    import pandas as pd

    from mlops_assets.entities.resolve import update_entities

    require(live_data.claims)
    version = registry_of(mlflow.settings, spec).of(spec.registered_name).serving()
    compared_by = {"version": str(version.version), "model_id": model_id_of(version)}
    for run in runs.values():
        run.tags(dataset_version=live_data.dataset_version, **compared_by)
        run.params({**compared_by, "most_records": MOST_RECORDS})
        run.show(version=compared_by["version"])
    tables = EntityTables(mlflow.settings.warehouse_url, dict(spec.columns.roles()))
    known = tables.read()
    if known.day and day < known.day:
        why = f"the tables are at {known.day}, which includes the records of {day}"
        _record_unchanged(runs, why)
        return
    linkage = linkage_of(compared_by["model_id"], spec)
    table = live_data.table
    rows = table.set_index(record_ids(table, spec.identity))
    features = spec.typed(rows)
    update = update_entities(
        linkage,
        features,
        local_times(rows[spec.timestamp], spec.schedule.timezone)
        if spec.timestamp
        else pd.Series(pd.NaT, rows.index),
        known,
        made_by=(compared_by["model_id"], spec.code_version),
        day=day,
        most_records=MOST_RECORDS,
    )
    _record(runs, update, linkage)
    _record_queue(runs[REVIEW], update, features, linkage, (spec.name, compared_by["version"]))
    run = {"code_version": spec.code_version, "run_id": runs[MAP].run_id}
    row = {"day": day, **compared_by, **run}
    tables.write(known, update.differences, update.resolved.golden.changes, row)


def linkage_of(model_id: str, spec: LifecycleSpec) -> "LinkageModel":
    """What the logged model `m-…` has learned. Raises `InputError` for one of another kind."""
    model = load_model(f"models:/{model_id}", spec.model.type)
    if isinstance(model, FellegiSunterModel):
        return model.linkage
    raise InputError(
        seen=f"{spec.name} is served by a {type(model).__name__}, which gives no scored pairs",
        expected="a version of the kind fellegi_sunter",
        todo="let such a version serve",
    )


def _record(runs: Runs, update: "EntityUpdate", model: "LinkageModel") -> None:
    from mlops_assets.entities.figures import cluster_sizes, pair_weights
    from mlops_assets.entities.golden_records import reasons
    from mlops_assets.entities.panels import merge_examples

    for name, counted in update.metrics().items():
        written = update.differences[name]
        counts = [_said(count, what) for what, count in counted.items() if count]
        counted = {**counted, "rows_deleted": len(written.delete), "rows_added": len(written.add)}
        runs[name].metrics(counted)
        runs[name].document(f"{name}.json", counted)
        summary = ", ".join(counts) or "nothing"
        runs[name].keep(QueueSummary(summary=summary, items=counted.get("items")))
        runs[name].show(summary=summary)
    why = reasons(update.golden_records)
    shown = frame_table(why, index=True) if len(why) else "no golden record was touched"
    runs[GOLDEN].document("reasons.json", why.to_dict("index"))
    runs[GOLDEN].show(
        merges=dg.MetadataValue.md(merge_examples(update.golden_records)),
        why_values_survive=dg.MetadataValue.md(shown),
    )
    runs[PAIRS].figure("pair_weights", pair_weights(update.scored_pairs, model.plan.match_weight))
    sizes = cluster_sizes(update.resolved.golden.ids, MOST_RECORDS)
    runs[MAP].figure("cluster_sizes", sizes)


def _record_queue(
    run: Recording,
    update: "EntityUpdate",
    features: "pd.DataFrame",
    model: "LinkageModel",
    of: tuple[str, str],
) -> None:
    from mlops_assets.entities.panels import queue_table
    from mlops_assets.entities.queue_page import queue_page

    (name, version), queue, address = of, update.review_queue, ""
    if len(queue):
        html = queue_page(queue, features, model, name=name, version=version)
        address = run.page("review_queue", html)
    run.show(queue=dg.MetadataValue.md(queue_table(queue, name, address)))


def _said(count: int, what: str) -> str:
    """`24 uncertain pairs`, `300 new records`."""
    text = WORDS.get(what, what.replace("_", " "))
    return f"{count:,} {text}{'s' * (count > 1 and what in KINDS)}"


def _record_unchanged(runs: Runs, why: str) -> None:
    for run in runs.values():
        run.metrics({"rows_deleted": 0, "rows_added": 0})
        run.document("unchanged.json", {"why": why})
        run.keep(DaySummary(summary=f"unchanged: {why}"))
        run.show(summary=f"unchanged: {why}")
