"""Explain whether a version matches two records of a model's source."""

from typing import TYPE_CHECKING

from mlops_assets.data.record_ids import one_identity
from mlops_assets.entities.tables import EntityTables
from mlops_assets.errors import InputError
from mlops_assets.features.columns import to_categorical
from mlops_assets.kinds.base import ExplainedPair, ExplainsPairs
from mlops_assets.kinds.loading import kind_of, load_model
from mlops_assets.platform.mlflow.store import explained, open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.loaded_model import uri_of
from mlops_assets.registry.reading import ModelReader
from mlops_assets.spec.lifecycle_spec import LifecycleSpec

if TYPE_CHECKING:
    import pandas as pd


def explain_pair(
    settings: Settings, spec: LifecycleSpec, ids: tuple[str, str], version: str | None = None
) -> tuple[str, ExplainedPair]:
    """The version number (default: the production version) and its explanation of the pair.

    The records are read from the source as they are now, by the `identity` column. Raises
    `InputError` if the model does not compare records, the two ids are equal, or a version or a
    record does not exist.
    """
    if ids[0] == ids[1]:
        raise InputError(
            seen="the same id twice",
            expected="the ids of two different records",
            todo="choose another record as the second",
        )
    with explained(settings):
        reader = ModelReader(open_store(settings), spec.registered_name)
        found = reader.version(version) if version else reader.serving()
        uri = uri_of(found)
        model, kind = load_model(uri, spec.model.type), kind_of(uri, spec.model.type)
    if not isinstance(model, ExplainsPairs):
        raise InputError(
            seen=f"{spec.name} is of the kind {kind}, which does not compare records",
            expected="a model that links records, such as golden_record",
            todo="choose such a model",
        )
    return str(found.version), model.explain_pair(spec.typed(_records(settings, spec, ids)))


def queued_pair(settings: Settings, spec: LifecycleSpec, item: str) -> tuple[str, str]:
    """The two records of an item of the review queue.

    Raises `InputError` if there is no such item, or it is no pair.
    """
    tables = EntityTables(settings.warehouse_url, dict(spec.columns.roles()))
    queue = tables.read().review_queue
    found = queue[queue["item"] == item]
    pairs = found.dropna(subset=["left_id", "right_id"])
    if pairs.empty:
        raise InputError(
            seen=f"the item {item!r}, which is a whole person"
            if len(found)
            else f"no item {item!r} among the {len(queue)} of the review queue",
            expected="an item that is a pair of records",
            todo="take one from the table `review_queue` or the panel of that asset",
        )
    return str(pairs["left_id"].iloc[0]), str(pairs["right_id"].iloc[0])


def _records(settings: Settings, spec: LifecycleSpec, ids: tuple[str, str]) -> "pd.DataFrame":
    """The two rows of the source, in the order of `ids`."""
    import pandas as pd

    column = one_identity(spec.identity)
    rows = spec.source.read_rows(settings, column, ids)
    names = to_categorical(rows[column])
    found = [rows[names == given] for given in ids]
    for which, record in zip(("first", "second"), found, strict=True):
        if len(record) != 1:
            raise InputError(
                seen=f"{len(record)} rows of {spec.source.origin} have the {which} id as {column}",
                expected="one row",
                todo="correct that id",
            )
    return pd.concat(found, ignore_index=True)
