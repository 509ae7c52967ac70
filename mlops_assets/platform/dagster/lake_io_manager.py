"""The IO manager that stores the values of assets in the lake."""

from typing import Any

import dagster as dg

from mlops_assets.platform.lake import NotMaterializedError, read_newest, write_newest
from mlops_assets.platform.settings import Settings
from mlops_assets.platform.store_failures import store_failures_explained


class LakeIOManager(dg.ConfigurableIOManager):
    """Store values of assets in the lake: tables as Parquet, records (pydantic models) as JSON.

    What an asset reads has the type of its parameter: a record, or a DataFrame without a type.
    A file is named after its content and never changes; a small pointer file names the newest. So
    a reader sees either the complete new value or the previous one, and equal values are stored
    only once.
    """

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        """Store `obj`, a record or a DataFrame, as the newest value."""
        with store_failures_explained(Settings.from_environment()):
            path = write_newest(_place(context), obj)
        context.add_output_metadata({"lake_path": path})

    def load_input(self, context: dg.InputContext) -> Any:
        """Read the newest value of the upstream asset; raises `dg.Failure` if there is none."""
        try:
            with store_failures_explained(Settings.from_environment()):
                return read_newest(_place(context), context.dagster_type.typing_type)
        except NotMaterializedError as error:
            raise dg.Failure(str(error)) from None


def _place(context: dg.InputContext | dg.OutputContext) -> list[str]:
    partition = [context.asset_partition_key] if context.has_asset_partitions else []
    return [*context.asset_key.path, *partition]
