"""What the tests of sources share: settings on a temporary folder."""

import pytest

from mlops_assets.platform.settings import Settings


@pytest.fixture
def settings(tmp_path) -> Settings:
    """Settings whose project, home and warehouse lie in a temporary folder."""
    return Settings.from_environment({"MLOPS_ASSETS_HOME": str(tmp_path / "home")}).model_copy(
        update={"project_root": tmp_path}
    )
