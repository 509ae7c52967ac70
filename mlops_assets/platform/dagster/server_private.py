"""Names outside Dagster's public API that serving its UI needs, as `dagster dev` itself does.

Apart from `private.py`, because loading the code location needs none of them.
"""

from dagster._cli.proxy_server_manager import ProxyServerManager
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster._utils.log import configure_loggers

__all__ = [
    "ProxyServerManager",
    "WorkspaceFileTarget",
    "WorkspaceProcessContext",
    "configure_loggers",
]
