"""The record that an asset leaves for code to read, in the metadata of its materialization.

It is one JSON value, apart from what the metadata shows to people, which may be reworded freely.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import dagster as dg
from pydantic import BaseModel

KEY = "mlops_assets/record"
Record = TypeVar("Record", bound=BaseModel)


def as_metadata(record: BaseModel) -> dict[str, dg.JsonMetadataValue]:
    """The metadata entry that holds `record`."""
    return {KEY: dg.MetadataValue.json(record.model_dump(mode="json"))}


def record_in(metadata: Mapping[str, Any], type_: type[Record]) -> Record | None:
    """The record in the metadata values of a materialization; None if it holds none.

    Raises `ValidationError` if the record there is of another type.
    """
    return type_.model_validate(metadata[KEY]) if KEY in metadata else None
