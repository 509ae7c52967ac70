"""What is said of an MLflow server or database that is away."""

import pytest

from mlops_assets.core.errors import InputError
from mlops_assets.resources.mlflow_store import open_store, unreachable
from mlops_assets.resources.settings import Settings
from mlops_assets_tests.server import free_port


@pytest.mark.parametrize(
    "uri",
    [
        "https://SECRET@mlflow.example:5000",
        "https://anna:SECRET@mlflow.example:5000",
        "https://mlflow.example:5000?password=SECRET",
    ],
)
def test_its_address_is_shown_without_secrets(uri):
    said = str(unreachable(uri, OSError("timed out")))
    assert "https://mlflow.example:5000" in said
    assert "SECRET" not in said


@pytest.mark.parametrize("scheme", ["http", "postgresql"])
def test_it_is_named_at_once_with_the_variable(scheme):
    uri = f"{scheme}://anna:SECRET@127.0.0.1:{free_port()}/mlflow"
    settings = Settings.from_environment({"MLFLOW_TRACKING_URI": uri})
    with pytest.raises(InputError, match=r"does not answer.*MLFLOW_TRACKING_URI") as told:
        open_store(settings)
    assert "SECRET" not in str(told.value)
