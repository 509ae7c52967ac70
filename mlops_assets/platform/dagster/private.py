"""Every private name of Dagster that this project uses, and why.

dagster is pinned to one release (dagster-mlflow fixes it), so these can only break when the pin
moves: then this file says where to look.
"""

# Reads a dagster.yaml as Dagster does, to find out which storage it names.
from dagster._config import process_config, resolve_to_config_type

# A job that is resolved among its own model's assets: jobs.py says why.
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.config import pg_config

# The tag by which a run's code server is known, to tell a dead run from one that waits.
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._serdes import ConfigurableClassData

# Puts the file and line of a defs.yaml into the errors of its attributes.
from dagster._utils.pydantic_yaml import enrich_validation_errors_with_source_position

__all__ = [
    "GRPC_INFO_TAG",
    "AssetGraph",
    "ConfigurableClassData",
    "InstanceRef",
    "UnresolvedAssetJobDefinition",
    "enrich_validation_errors_with_source_position",
    "pg_config",
    "process_config",
    "resolve_to_config_type",
]
