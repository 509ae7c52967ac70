"""What is said of an MLflow server that is away."""

import pytest

from mlops_assets.resources.mlflow_store import unreachable


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
