"""Every name of Dagster that its public API does not have and this project uses, and why.

dagster is pinned to one release (required by dagster-mlflow), so these can only break when the pin
is changed; this file then shows where to look.
"""

# To read a dagster.yaml as Dagster does, and find out its storage.
from dagster._config import process_config, resolve_to_config_type

# For jobs that are resolved against their own model's assets only; see lifecycle/jobs.py.
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.config import pg_config

# The tag with a run's code server, to distinguish dead runs from waiting ones.
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._serdes import ConfigurableClassData

# Adds the file and line of a defs.yaml to validation errors.
from dagster._utils.pydantic_yaml import enrich_validation_errors_with_source_position

# What loading a defs.yaml raises, with the place of the mistake.
from dagster.components.core.component_tree import ComponentTreeException
from dagster.components.core.defs_module import ComponentFileModel
from dagster.components.resolved.errors import ResolutionException
from dagster_shared.check import CheckError
from dagster_shared.error import DagsterUnresolvableSymbolError

__all__ = [
    "GRPC_INFO_TAG",
    "AssetGraph",
    "CheckError",
    "ComponentFileModel",
    "ComponentTreeException",
    "ConfigurableClassData",
    "DagsterUnresolvableSymbolError",
    "InstanceRef",
    "ResolutionException",
    "UnresolvedAssetJobDefinition",
    "enrich_validation_errors_with_source_position",
    "pg_config",
    "process_config",
    "resolve_to_config_type",
]
