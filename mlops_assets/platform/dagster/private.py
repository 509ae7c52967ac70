"""Every name of Dagster that its public API does not have and this project uses, and why.

dagster is pinned to one release (required by dagster-mlflow), so these can only break when the pin
is changed; this file then shows where to look. What only the server needs is imported where it is
called, because loading the code location needs none of it.
"""

import base64
import logging
import multiprocessing
import sys
import zlib
from pathlib import Path
from typing import Any

import click
from dagster import DagsterInstance, DagsterRun, Definitions

# To read a dagster.yaml as Dagster does, and find out its storage.
from dagster._config import process_config, resolve_to_config_type

# For jobs that are resolved against their own model's assets only; see lifecycle/jobs.py.
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from dagster._core.definitions.assets.job.asset_job import is_reserved_asset_job_name
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._core.instance.ref import InstanceRef

# For a launcher of ours; see ray_launcher.py.
from dagster._core.launcher import LaunchRunContext, WorkerStatus
from dagster._core.storage.config import pg_config

# The tag with a run's code server, to distinguish dead runs from waiting ones.
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._serdes import ConfigurableClassData, deserialize_value

# Adds the file and line of a defs.yaml to validation errors.
from dagster._utils.pydantic_yaml import enrich_validation_errors_with_source_position

# To read the folders of defs one by one; see loading/tree.py.
from dagster.components.core.component_tree import ComponentTree
from dagster.components.core.decl import ComponentDecl, YamlDecl, YamlFileDecl
from dagster.components.core.decl import (
    build_component_decl_from_yaml_document as decl_of_document,
)
from dagster.components.core.decl import (
    build_filesystem_component_decl_from_context as decl_of_path,
)

# What loading a defs.yaml raises, with the place of the mistake.
from dagster.components.core.defs_module import ComponentFileModel, ComponentLoc, ComponentPath
from dagster.components.resolved.errors import ResolutionException
from dagster_shared.check import CheckError
from dagster_shared.error import DagsterUnresolvableSymbolError

__all__ = [
    "GRPC_INFO_TAG",
    "AssetGraph",
    "CheckError",
    "ComponentDecl",
    "ComponentFileModel",
    "ComponentLoc",
    "ComponentPath",
    "ComponentTree",
    "ConfigurableClassData",
    "DagsterUnresolvableSymbolError",
    "InstanceRef",
    "LaunchRunContext",
    "ResolutionException",
    "UnresolvedAssetJobDefinition",
    "WorkerStatus",
    "YamlDecl",
    "YamlFileDecl",
    "api_command",
    "code_server_command",
    "code_servers",
    "colored_logs",
    "component_docs",
    "daemon_command",
    "decl_of_document",
    "decl_of_path",
    "enrich_validation_errors_with_source_position",
    "execute_run_arguments",
    "pg_config",
    "process_config",
    "resolve_to_config_type",
    "run_arguments",
    "run_worker_command",
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


def run_worker_command() -> None:
    """Dagster's command line, with the arguments of this process."""
    from dagster._cli import main

    main()


def code_server_command(arguments: list[str]) -> None:
    """The command line of Dagster's code server, which keeps its place when it is reloaded."""
    from dagster._cli.code_server import start_command

    start_command(arguments)


def api_command() -> str:
    """The command of `dagster api` that this thread executes, such as `grpc`; "" if none."""
    context = click.get_current_context(silent=True)
    is_api = context and context.parent and context.parent.info_name == "api"
    return str(context.info_name) if context and is_api else ""


def is_asset_job(name: str) -> bool:
    """Whether a run of that job is of selected assets, and not of a job that has a name."""
    return is_reserved_asset_job_name(name)


def run_arguments() -> tuple[str, InstanceRef | None] | None:
    """The run that this process executes, and the instance that has it; None if there is none.

    No instance is given to a worker on another machine, which has that of its own home.

    A process of the code server has them serialized in its arguments, one of the multiprocess
    executor has a command; `dagster api execute_run`, `resume_run` and `execute_step`, which other
    launchers start, take JSON from an argument or a variable.
    """
    process: Any = multiprocessing.current_process()
    name = getattr(getattr(process, "_target", None), "__name__", "")
    if name == "_execute_command_in_child_process":
        _, step = process._args
        return step.dagster_run.run_id, step.instance_ref
    given = process._args[0] if name == "start_run_in_subprocess" else _json_of_command()
    if not given:
        return None
    run: Any = deserialize_value(given)
    return run.run_id, run.instance_ref


def _json_of_command() -> str:
    if api_command() not in {"execute_run", "resume_run", "execute_step"}:
        return ""
    given = click.get_current_context().params
    if packed := given.get("compressed_input_json"):
        return zlib.decompress(base64.b64decode(packed)).decode()
    return given.get("input_json") or ""


def sqlite_modules() -> list[Any]:
    """Where Dagster makes its engines of SQLite, one for each connection (see `sqlite.py`)."""
    from dagster._core.storage.event_log.sqlite import sqlite_event_log
    from dagster._core.storage.runs.sqlite import sqlite_run_storage
    from dagster._core.storage.schedules.sqlite import sqlite_schedule_storage

    return [sqlite_event_log, sqlite_run_storage, sqlite_schedule_storage]


def migrating_module() -> Any:
    """Where Dagster compares a database with its migrations."""
    from dagster._core.storage import sql

    return sql


def component_docs() -> Definitions:
    """What Dagster's page says of component types, those of modules that are imported anyway.

    Dagster itself imports every installed package that has some: dagster-aws takes 0.8 s.
    """
    from dagster.components.core.load_defs import PLUGIN_COMPONENT_TYPES_JSON_METADATA_KEY as KEY
    from dagster.components.core.package_entry import (
        get_package_objects_in_module,
        get_plugin_entry_points,
    )
    from dagster.components.core.snapshot import get_package_entry_snap
    from dagster_shared.serdes.objects import EnvRegistryKey
    from dagster_shared.serdes.objects.package_entry import json_for_all_components

    snaps = [
        get_package_entry_snap(EnvRegistryKey(name=name, namespace=module), found)
        for module in sorted({it.value for it in get_plugin_entry_points()} & sys.modules.keys())
        for name, found in get_package_objects_in_module(sys.modules[module])
    ]
    return Definitions(metadata={KEY: json_for_all_components(snaps)})


def execute_run_arguments(run: DagsterRun) -> list[str]:
    """The Python of the run's code location, and the arguments of `dagster` that execute the run.

    They name no instance: Dagster opens that of DAGSTER_HOME.
    """
    from dagster._grpc.types import ExecuteRunArgs

    if run.job_code_origin is None:
        raise ValueError(f"run {run.run_id} has no code location")
    given = ExecuteRunArgs(
        job_origin=run.job_code_origin,
        run_id=run.run_id,
        instance_ref=None,
        set_exit_code_on_failure=True,
    )
    return [run.job_code_origin.executable_path, *given.get_command_args()[-3:]]


def tick_log_only(log: logging.Logger) -> None:
    """Keep a sensor's lines below WARNING in the log of its tick, off the console of `up`."""
    from dagster._core.definitions.instigation_logger import DispatchingLogHandler

    for handler in log.handlers:
        if isinstance(handler, DispatchingLogHandler):
            handler.setLevel(logging.WARNING)
