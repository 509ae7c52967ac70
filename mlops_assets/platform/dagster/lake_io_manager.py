"""The IO manager through which Dagster stores what assets hand to each other in the lake."""

from typing import Any

import dagster as dg

from mlops_assets.platform.lake import NotMaterializedError, read_newest, write_newest


class LakeIOManager(dg.ConfigurableIOManager):
    """Writes an asset's value where the next asset finds it.

    Tables are Parquet, records (pydantic models) JSON. A file is named after its content and
    never changes; a small pointer beside it names the newest. A reader sees a whole value or the
    one before it, and the same value twice is stored once.
    """

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Store `obj`, a DataFrame or a pydantic record, and point at it."""
        path = write_newest(_place(context), obj)
        context.add_output_metadata({"lake_path": dg.MetadataValue.path(path)})

    def load_input(self, context: dg.InputContext) -> Any:
        """The newest value of the upstream asset; raises `dg.Failure` where there is none."""
        try:
            return read_newest(_place(context), context.dagster_type.typing_type)
        except NotMaterializedError as error:
            raise dg.Failure(str(error)) from None


def _place(context: dg.InputContext | dg.OutputContext) -> list[str]:
    partition = [context.asset_partition_key] if context.has_asset_partitions else []
    return [*context.asset_key.path, *partition]
