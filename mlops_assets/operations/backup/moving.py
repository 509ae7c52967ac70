"""Update the file locations in the databases of a backup when it is restored elsewhere."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from mlops_assets.operations.backup import locations
from mlops_assets.operations.backup.manifest import Dump, Manifest
from mlops_assets.operations.backup.stores import DAGSTER, HOME, MLFLOW, RUN_LOGS
from mlops_assets.platform.dagster.storage import YAML
from mlops_assets.platform.dagster_storage_url import STORAGE_VARIABLE
from mlops_assets.platform.settings import VARIABLES

MLFLOW_FILE = "mlflow/mlflow.db"


class Moving:
    """The moves from the backed up folders to `home`; what cannot be moved is returned as notes."""

    def __init__(self, given: Manifest, home: Path) -> None:
        self.moves = {
            Path(old): home / place.removeprefix(HOME).lstrip("/")
            for old, place in given.places.items()
        }
        self.is_elsewhere = any(old != new for old, new in self.moves.items())

    def home(self, made: Path) -> list[str]:
        """Update the SQLite files in `made`, the folder that will become the home."""
        if self.is_elsewhere:
            self._dagster(made / DAGSTER.removeprefix(f"{HOME}/"))
        file = made / MLFLOW_FILE
        if not file.exists():
            return []
        with closing(sqlite3.connect(file)) as connection, connection:
            return self._mlflow(connection, "?")

    def server(self, connection: Any, dump: Dump) -> list[str]:
        """Update a PostgreSQL database, if it is Dagster's or MLflow's."""
        connection.execute("RESET search_path")
        if STORAGE_VARIABLE in dump.variables and self.is_elsewhere:
            locations.move_dagster_server(connection, self.moves)
        if VARIABLES[MLFLOW] not in dump.variables:
            return []
        return self._mlflow(connection, "%s")

    def _mlflow(self, connection: Any, placeholder: str) -> list[str]:
        left = locations.move_mlflow(connection, self.moves, placeholder)
        if not left:
            return []
        return [
            f"{len(left)} file locations in MLflow were not in the backup and stay unchanged, "
            f"such as {left[0]}"
        ]

    def _dagster(self, folder: Path) -> None:
        for log in (folder / RUN_LOGS).glob("*.db"):
            locations.move_dagster(log, self.moves)
        # Our commands rewrite it; `dagster` itself reads it as it is.
        config = folder / YAML
        if config.exists():
            text = config.read_text(encoding="utf-8")
            for old, new in sorted(self.moves.items(), key=lambda pair: -len(str(pair[0]))):
                if str(old) in text:
                    config.write_text(text.replace(str(old), str(new)), encoding="utf-8")
                    break
