"""Every name of Dagster that its public API does not have and this project uses, and why.

dagster is pinned to one release (required by dagster-mlflow), so these can only break when the pin
is changed; this file then shows where to look. What only the server needs is imported where it is
called, because loading the code location needs none of it.
"""

import logging
from pathlib import Path
from typing import Any

from dagster import DagsterInstance

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
    "code_server_command",
    "code_servers",
    "colored_logs",
    "daemon_command",
    "enrich_validation_errors_with_source_position",
    "pg_config",
    "process_config",
    "resolve_to_config_type",
    "tick_log_only",
    "workspace_process",
]


def code_servers(instance: DagsterInstance, workspace: Path) -> Any:
    """The code servers of a workspace.yaml that `dagster dev` starts, a context manager."""
    from dagster._cli.proxy_server_manager import ProxyServerManager
    from dagster._core.workspace.load_target import WorkspaceFileTarget

    target = WorkspaceFileTarget(paths=[str(workspace)])
    return ProxyServerManager(instance, target, code_server_log_level="warning")


def workspace_process(instance: DagsterInstance, workspace: Path, version: str) -> Any:
    """What Dagster's web server knows of a workspace.yaml, a context manager."""
    from dagster._core.workspace.context import WorkspaceProcessContext
    from dagster._core.workspace.load_target import WorkspaceFileTarget

    target = WorkspaceFileTarget(paths=[str(workspace)])
    return WorkspaceProcessContext(instance, target, version=version)


def colored_logs() -> None:
    """Log like `dagster dev`."""
    from dagster._utils.log import configure_loggers

    configure_loggers(formatter="colored", log_level="INFO")


def daemon_command() -> None:
    """The command line of Dagster's daemon, with the arguments of this process."""
    from dagster._daemon.cli import main

    main()


def code_server_command(arguments: list[str]) -> None:
    """The command line of Dagster's code server, which keeps its place when it is reloaded."""
    from dagster._cli.code_server import start_command

    start_command(arguments)


def tick_log_only(log: logging.Logger) -> None:
    """Keep a sensor's lines below WARNING in the log of its tick, off the console of `up`."""
    from dagster._core.definitions.instigation_logger import DispatchingLogHandler

    for handler in log.handlers:
        if isinstance(handler, DispatchingLogHandler):
            handler.setLevel(logging.WARNING)
