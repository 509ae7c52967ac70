"""deploy/values.yaml: what Dagster makes of it, and what Kubernetes' own schemas say to that.

The chart is in no package index, so its templates are not rendered here: what stands below repeats
which of Dagster's settings a value becomes.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import kubernetes_validate
import pytest
import yaml
from dagster._cli.api import grpc_command
from dagster._core.instance.config import dagster_instance_config
from dagster._core.instance.ref import InstanceRef
from dagster._core.run_coordinator import QueuedRunCoordinator
from dagster._core.storage.dagster_run import DagsterRun
from dagster_k8s import K8sRunLauncher
from dagster_k8s.job import construct_dagster_k8s_job
from kubernetes.client import ApiClient

from mlops_assets.lifecycle.run_resources import resource_tags
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.deploy.compose import DEPLOY
from mlops_assets_tests.world import SMALL

KUBERNETES = "1.33"
SECRET = "mlops-assets"  # noqa: S105 - its name
KUBECONFIG = """
apiVersion: v1
kind: Config
clusters: [{name: none, cluster: {server: "http://127.0.0.1:1"}}]
contexts: [{name: none, context: {cluster: none, user: none}}]
users: [{name: none, user: {}}]
current-context: none
"""


@cache
def values() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "values.yaml").read_text())


def services() -> dict[str, dict[str, Any]]:
    """What the chart makes a deployment of."""
    (code,) = values()["dagster-user-deployments"]["deployments"]
    return {"code": code, **{it: values()[it] for it in ("dagsterWebserver", "dagsterDaemon")}}


def launcher_config(kubeconfig: Path) -> dict[str, Any]:
    """The launcher of dagster.yaml; outside of a cluster it needs a file that names one."""
    given = dict(values()["runLauncher"]["config"]["k8sRunLauncher"])
    found = {
        "image_pull_policy": given.pop("imagePullPolicy"),
        "env_secrets": [it["name"] for it in given.pop("envSecrets")],
        "run_k8s_config": {_snake(k): v for k, v in given.pop("runK8sConfig").items()},
    }
    assert not given, "another value than those below"
    own = {"load_incluster_config": False, "kubeconfig_file": str(kubeconfig)}
    chart = {"service_account_name": "dagster", "instance_config_map": "dagster-instance"}
    password = {"postgres_password_secret": values()["global"]["postgresqlSecretName"]}
    return {**found, **own, **chart, **password}


def _snake(name: str) -> str:
    return re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name)


@pytest.fixture
def home(tmp_path) -> Path:
    """A dagster.yaml as the chart writes it."""
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(KUBECONFIG)
    daemon, database = values()["dagsterDaemon"], values()["postgresql"]
    login = {
        "username": database["postgresqlUsername"],
        "password": {"env": "DAGSTER_PG_PASSWORD"},
        "hostname": database["postgresqlHost"],
        "db_name": database["postgresqlDatabase"],
        "scheme": database["postgresqlScheme"],
    }
    whole = {
        "storage": {"postgres": {"postgres_db": login}},
        "run_launcher": {
            "module": "dagster_k8s",
            "class": values()["runLauncher"]["type"],
            "config": launcher_config(kubeconfig),
        },
        "run_monitoring": {_snake(k): v for k, v in daemon["runMonitoring"].items()},
        "telemetry": values()["telemetry"],
        **values()["additionalInstanceConfig"],
    }
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(whole))
    return tmp_path


def pod_of_a_run(home: Path, tags: dict[str, str]) -> dict[str, Any]:
    """The Kubernetes job that Dagster's own launcher creates for a run."""
    launcher = InstanceRef.from_dir(str(home)).run_launcher
    assert isinstance(launcher, K8sRunLauncher)
    context = launcher.get_container_context_for_run(DagsterRun(job_name="small", tags=tags))
    made = construct_dagster_k8s_job(
        job_config=context.get_k8s_job_config("registry.example.com/mlops-assets:1", launcher),
        args=["dagster", "api", "execute_run", "{}"],
        job_name="dagster-run-1",
        user_defined_k8s_config=context.run_k8s_config,
    )
    job = ApiClient().sanitize_for_serialization(made)
    kubernetes_validate.validate(job, KUBERNETES, strict=True)
    return job["spec"]["template"]["spec"]


def test_dagster_takes_the_settings_of_the_instance(home):
    config, _ = dagster_instance_config(str(home))
    assert config["concurrency"]["pools"] == {"granularity": "run", "default_limit": 1}
    assert values()["dagsterDaemon"]["runCoordinator"] == {"enabled": False}
    coordinator = InstanceRef.from_dir(str(home)).run_coordinator
    assert isinstance(coordinator, QueuedRunCoordinator)


def test_a_run_is_a_pod_that_kubernetes_takes_with_the_secret_and_no_rights(home):
    pod = pod_of_a_run(home, {})
    (container,) = pod["containers"]
    assert {"secretRef": {"name": SECRET}} in container["envFrom"]
    assert container["resources"] == {
        "requests": {"cpu": "1", "memory": "2Gi"},
        "limits": {"memory": "2Gi"},
    }
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert pod["securityContext"]["runAsUser"] == 10001


def test_resources_of_defs_yaml_are_those_of_the_pod(home):
    asked = {"cpus": 4, "memory": "8GiB", "gpus": 1}
    source = {"type": "csv", "path": "table.csv"}
    spec = LifecycleSpec.model_validate({**SMALL, "source": source, "resources": asked})
    (container,) = pod_of_a_run(home, resource_tags(spec))["containers"]
    limits = {"memory": str(8 << 30), "nvidia.com/gpu": "1"}
    assert container["resources"] == {"requests": {"cpu": "4", **limits}, "limits": limits}


@pytest.mark.parametrize("name", ["code", "dagsterWebserver", "dagsterDaemon"])
def test_what_a_service_asks_of_its_pod_is_what_kubernetes_knows(name):
    given = services()[name]
    container = {key: given[key] for key in ("securityContext", "resources")}
    container |= {"name": "dagster", "image": "{repository}:{tag}".format(**given["image"])}
    container["envFrom"] = [{"secretRef": it} for it in given["envSecrets"]]
    spec = {"securityContext": given["podSecurityContext"], "containers": [container]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "it"}, "spec": spec}
    kubernetes_validate.validate(pod, KUBERNETES, strict=True)
    assert given["envSecrets"] == [{"name": SECRET}]
    assert given["image"] == services()["code"]["image"]


def test_the_code_server_takes_its_arguments():
    (code,) = values()["dagster-user-deployments"]["deployments"]
    words = [*code["dagsterApiGrpcArgs"], "--port", str(code["port"])]
    given = grpc_command.make_context("grpc", words).params
    assert given["module_name"] == "mlops_assets.definitions"
    assert f"WORKDIR {given['working_directory']}\n" in (DEPLOY / "Dockerfile").read_text()


def test_no_secret_is_in_the_file_and_the_chart_is_that_of_our_dagster():
    text = (DEPLOY / "values.yaml").read_text()
    assert f"--version {dg.__version__} " in text
    assert not re.search(r"(?i)(password|secret_?key|token): *\S", re.sub("#.*", "", text))
    assert values()["generatePostgresqlPasswordSecret"] is False
