"""dagster.yaml with a Ray cluster, and the job that the launcher makes of a run."""

import json
import shlex
import sys
from functools import partial

import dagster as dg
import pytest
import yaml
from dagster._core.code_pointer import ModuleCodePointer
from dagster._core.instance.ref import InstanceRef
from dagster._core.origin import JobPythonOrigin, RepositoryPythonOrigin
from dagster_ray.configs import USER_DEFINED_RAY_KEY, RayExecutionConfig

from mlops_assets.errors import InputError
from mlops_assets.lifecycle.run_resources import RAY_TAG
from mlops_assets.platform.dagster.home import use_dagster_home
from mlops_assets.platform.dagster.ray_launcher import command, most, with_resources
from mlops_assets.platform.dagster.unstarted import WatchesStart
from mlops_assets.platform.settings import Settings
from mlops_assets_tests.platform.test_workers import SHARED
from mlops_assets_tests.world import small_definitions

NOBODY = "ray:http://127.0.0.1:1"


@pytest.fixture
def shared(home, monkeypatch) -> Settings:
    for name, value in (SHARED | {"MLOPS_ASSETS_WORKERS": NOBODY}).items():
        monkeypatch.setenv(name, value)
    return Settings.from_environment()


def test_dagster_yaml_has_the_launcher_and_logs_on_s3(shared):
    given = yaml.safe_load((use_dagster_home(shared) / "dagster.yaml").read_text())
    assert given["run_launcher"]["config"]["ray"]["address"] == "http://127.0.0.1:1"
    assert given["run_launcher"]["class"] == "RayLauncher"
    assert given["compute_logs"]["class"] == "S3ComputeLogManager"
    # Ray says after 900 s that no node had room; Dagster must not end the run before.
    assert given["run_monitoring"]["start_timeout_seconds"] > 900
    assert given["run_monitoring"]["poll_interval_seconds"] == 20
    assert "secret" not in str(given)


@pytest.mark.parametrize("package", ["ray", "dagster_ray"])
def test_without_its_package_the_extra_is_told(shared, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match=r"not installed.*pip install 'mlops-assets\[ray\]'"):
        use_dagster_home(shared)


def test_dagster_makes_the_launcher_of_it(shared):
    launcher = InstanceRef.from_dir(str(use_dagster_home(shared))).run_launcher
    assert isinstance(launcher, WatchesStart)
    run = dg.DagsterRun("small_retrain", status=dg.DagsterRunStatus.STARTING)
    with dg.instance_for_test() as instance:
        launcher.register_instance(instance)
        assert launcher.why_not_started(run) == ""  # nobody answers: it may still start


@pytest.fixture
def created(world):
    """Creates a run of selected assets of a model, as Dagster's page does."""
    world.spec["resources"] = {"cpus": 3, "memory": "2GiB"}
    world.save()
    job = small_definitions().resolve_implicit_global_asset_job_def()
    return partial(world.instance.create_run_for_job, job)


def test_a_run_of_selected_assets_has_the_resources_of_its_model(world, created):
    run = created()
    assert RAY_TAG == USER_DEFINED_RAY_KEY
    assert RAY_TAG not in run.tags
    found = RayExecutionConfig.from_tags(with_resources(run, world.instance).tags)
    assert (found.num_cpus, found.memory, found.num_gpus) == (3, 2 << 30, None)
    stored = world.instance.get_run_by_id(run.run_id)
    assert json.loads(stored.tags[RAY_TAG])["num_cpus"] == 3  # so the page shows it


def test_what_is_launched_with_a_tag_of_its_own_keeps_it(world, created):
    run = created(tags={RAY_TAG: '{"num_cpus": 8}'})
    assert with_resources(run, world.instance) is run


def test_of_several_models_a_run_gets_the_most():
    asked = [{"num_cpus": 4.0}, {"memory": 2 << 30, "num_cpus": 1.0}, {}, {"num_gpus": 1.0}]
    found = most({RAY_TAG: json.dumps(it)} for it in asked)
    assert (found.num_cpus, found.memory, found.num_gpus) == (4, 2 << 30, 1)


def test_the_command_is_safe_in_a_shell_and_names_no_home(world, created):
    run = created(job_code_origin=origin("/srv/Anna's models"))
    words = shlex.split(command(run))
    assert words[1:5] == ["-m", "mlops_assets.platform.dagster.run_worker", "api", "execute_run"]
    assert "Anna's models" in words[5]
    assert str(world.settings.home) not in words[5]


def origin(folder: str) -> JobPythonOrigin:
    pointer = ModuleCodePointer("mlops_assets.definitions", "defs", folder)
    return JobPythonOrigin("small_retrain", RepositoryPythonOrigin(sys.executable, pointer))
