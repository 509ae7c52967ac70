"""The files of deploy/: valid, complete, and without a secret or a shortcut."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mlops_assets.platform.settings import VARIABLES, Settings
from mlops_assets.platform.ui.users import ENTRY
from mlops_assets_tests.deploy.compose import (
    DEPLOY,
    FOREIGN,
    compose,
    example,
    filled,
    own_services,
    variables,
)


def test_compose_follows_the_schema_of_compose_files():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*command, DEPLOY / "compose.yaml"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_dockerfile_follows_hadolints_rules():
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, DEPLOY / "Dockerfile"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_image_is_locked_and_runs_as_nobody_special():
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    stages = [number for number, line in enumerate(lines) if line.startswith("FROM ")]
    assert len(stages) == 2
    assert any("--constraint requirements.lock" in line for line in lines[: stages[1]])
    assert "USER 10001" in lines[stages[1] :]


def test_the_example_has_every_variable_and_no_other():
    assert variables() == set(example())
    assert compose()["services"].keys() >= {
        "postgres",
        "minio",
        "init",
        "mlflow",
        "code",
        "webserver",
        "daemon",
        "serving",
    }


def test_what_must_be_changed_says_so():
    secret = ("PASSWORD", "SECRET", "API_KEY", "USERS")
    for name, value in example().items():
        if any(word in name for word in secret):
            assert "change-me" in value, name
    assert not ENTRY.fullmatch(example()["UI_USERS"])


def test_a_secret_that_is_missing_stops_compose():
    needed = [it for it in variables() if any(w in it for w in ("PASSWORD", "SECRET_KEY", "API"))]
    for name in needed:
        if name == "AWS_SECRET_ACCESS_KEY":  # not with a role of AWS
            continue
        with pytest.raises(KeyError, match=name):
            filled((DEPLOY / "compose.yaml").read_text(), {**example(), name: ""})


def test_every_setting_of_a_service_is_one_that_is_read():
    others = ("AWS_", "MLFLOW_TRACKING_", "MLFLOW_AUTH_", "MLFLOW_FLASK_", "MLFLOW_SERVER_")
    dagster = {"DAGSTER_CODE_HOST", "DAGSTER_CODE_PORT", "DAGSTER_GRPC_SHUTDOWN_GRACE_PERIOD"}
    own = {*VARIABLES.values(), *dagster}
    for service in own_services(example()).values():
        unknown = {name for name in service.environment if not name.startswith(others)} - own
        assert not unknown
        settings = Settings.from_environment(service.environment)
        assert settings.mlflow_tracking_uri == "http://mlflow:5000"
        assert settings.mlflow_artifact_url == "s3://mlops/artifacts"


def test_on_aws_there_is_no_endpoint_not_even_an_empty_one():
    given = {k: v for k, v in example().items() if k != "MLFLOW_S3_ENDPOINT_URL"}
    for service in own_services(given).values():
        assert "MLFLOW_S3_ENDPOINT_URL" not in service.environment


def test_ports_are_open_to_this_machine_alone_and_own_services_have_no_rights():
    for name, service in compose()["services"].items():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
        if name not in FOREIGN:
            assert service["cap_drop"] == ["ALL"]


def test_dagsters_workspace_is_the_code_server_of_compose():
    (server,) = yaml.safe_load((DEPLOY / "workspace.yaml").read_text())["load_from"]
    asked = {server["grpc_server"][it]["env"] for it in ("host", "port")}
    services = own_services(example())
    for name in ("webserver", "daemon"):
        assert asked <= services[name].environment.keys()
