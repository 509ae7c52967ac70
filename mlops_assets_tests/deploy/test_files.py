"""The files of deploy/: valid, complete, and without a secret or a shortcut."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from mlops_assets.platform.settings import PACKAGE_PARENT, Settings
from mlops_assets.platform.settings import VARIABLES as SETTINGS
from mlops_assets.platform.ui.users import ENTRY
from mlops_assets_tests.deploy.compose import (
    DEPLOY,
    FOREIGN,
    VARIABLE,
    compose,
    example,
    filled,
    own_services,
    variables,
)
from mlops_assets_tests.postgres import programs, server


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


def test_the_image_has_what_every_model_of_this_project_needs():
    """Not what only a user's own model may: SHAP's package, and models in ONNX."""
    extras = tomllib.loads((PACKAGE_PARENT / "pyproject.toml").read_text())["project"]
    wanted = extras["optional-dependencies"].keys() - {"dev", "shap", "onnx"}
    given = re.findall(r"--extra (\w+)", (DEPLOY / "Dockerfile").read_text())
    assert set(given) == wanted


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


def test_what_is_missing_stops_compose_and_is_no_empty_text():
    """An empty LAKE_URL, say, would be a folder of the container."""
    text = (DEPLOY / "compose.yaml").read_text()
    has_default = {it["name"] for it in VARIABLE.finditer(text) if it["how"] == "-"}
    needed = {it["name"] for it in VARIABLE.finditer(text) if it["name"]} - has_default
    assert {"LAKE_URL", "LEDGER_URL", "UI_USERS", "SERVING_API_KEY"} <= needed
    for name in needed:
        with pytest.raises(KeyError, match=name):
            filled(text, {**example(), name: ""})
    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")  # not with a role of AWS
    assert filled(text, {k: v for k, v in example().items() if k not in keys})
    own = own_services({**example(), **dict.fromkeys(keys, "")})
    assert {it.environment[name] for it in own.values() for name in keys} == {""}


def test_one_password_of_postgresql_is_in_all_addresses():
    word = "abc"
    given = example(POSTGRES_PASSWORD=word).values()
    urls = [it for it in given if it.startswith("postgres")]
    assert len(urls) == 4
    assert all("://mlops:abc@postgres/" in it for it in urls)


def test_every_setting_of_a_service_is_one_that_is_read():
    others = ("AWS_", "MLFLOW_TRACKING_", "MLFLOW_AUTH_", "MLFLOW_FLASK_", "MLFLOW_SERVER_")
    others += ("RAY_AUTH_",)
    dagster = {"DAGSTER_CODE_HOST", "DAGSTER_CODE_PORT", "DAGSTER_GRPC_SHUTDOWN_GRACE_PERIOD"}
    own = {*SETTINGS.values(), *dagster}
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
    assert "HOME=/tmp" in (DEPLOY / "Dockerfile").read_text()  # which compose makes writable
    for name, service in compose()["services"].items():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
        assert service["logging"]["options"]["max-size"]
        if name not in FOREIGN:
            assert service["cap_drop"] == ["ALL"]
            assert (service["read_only"], service["init"]) == (True, True)


def test_postgresql_is_healthy_when_it_takes_connections_by_tcp():
    """While its image runs databases.sql, its server has only a socket."""
    check = compose()["services"]["postgres"]["healthcheck"]["test"][1]
    program, *words = filled(check, {}).replace("$POSTGRES_USER", "postgres").split()
    with server() as url:
        socket = ["--host", url.rpartition("host=")[2]]
        asked = [[programs() / program, *words, *more] for more in ([], socket)]
        codes = [subprocess.run(it, capture_output=True).returncode for it in asked]
    assert codes == [2, 0]


def test_dagsters_workspace_is_the_code_server_of_compose():
    (server,) = yaml.safe_load((DEPLOY / "workspace.yaml").read_text())["load_from"]
    asked = {server["grpc_server"][it]["env"] for it in ("host", "port")}
    services = own_services(example())
    for name in ("webserver", "daemon"):
        assert asked <= services[name].environment.keys()
