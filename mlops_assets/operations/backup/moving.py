"""Update the file locations in the databases of a backup when it is restored elsewhere."""

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Any

from mlops_assets.operations.backup import locations
from mlops_assets.operations.backup.locations import Moves
from mlops_assets.operations.backup.stores import DAGSTER, HOME, MLFLOW, RUN_LOGS
from mlops_assets.platform.dagster.storage import YAML, with_folders
from mlops_assets.platform.dagster_storage_url import STORAGE_VARIABLE
from mlops_assets.platform.settings import VARIABLES

MLFLOW_FILE = "mlflow/mlflow.db"


class Moving:
    """The moves from old folders to new ones; what cannot be moved is returned as notes."""

    def __init__(self, moves: Moves) -> None:
        self.moves = moves
        self.is_elsewhere = any(old != new for old, new in moves.items())

    def home(self, made: Path) -> list[str]:
        """Update the SQLite files in `made`, the folder that will become the home."""
        if self.is_elsewhere:
            self._dagster(made / DAGSTER.removeprefix(f"{HOME}/"))
        file = made / MLFLOW_FILE
        if not file.exists():
            return []
        with closing(sqlite3.connect(file)) as connection, connection:
            return self._mlflow(connection, "?")

    def server(self, connection: Any, variables: Collection[str]) -> list[str]:
        """Update a PostgreSQL database if one of its `variables` is that of Dagster or MLflow."""
        connection.execute("RESET search_path")
        if STORAGE_VARIABLE in variables and self.is_elsewhere:
            locations.move_dagster_server(connection, self.moves)
        if VARIABLES[MLFLOW] not in variables:
            return []
        return self._mlflow(connection, "%s")

    def _mlflow(self, connection: Any, placeholder: str) -> list[str]:
        left = locations.move_mlflow(connection, self.moves, placeholder)
        if not left:
            return []
        return [
            f"{len(left)} file locations in MLflow are outside the home and stay unchanged, "
            f"such as {left[0]}"
        ]

    def _dagster(self, folder: Path) -> None:
        for log in (folder / RUN_LOGS).glob("*.db"):
            locations.move_dagster(log, self.moves)
        # Our commands rewrite it; `dagster` itself reads it as it is.
        config = folder / YAML
        if config.exists():
            pairs = self.moves.items()
            folders = {a: b for a, b in pairs if isinstance(a, Path) and isinstance(b, Path)}
            text = with_folders(config.read_text(encoding="utf-8"), folders)
            config.write_text(text, encoding="utf-8")
