"""What Dagster loads: every model, with all that the UI needs to show it well."""

from pathlib import Path

import dagster as dg
import pytest
import yaml

from mlops_assets.definitions import declared, defs
from mlops_assets.loading import specs as specs_of
from mlops_assets_tests.snapshot import SNAPSHOT, keys

MODELS = ("candidate_scoring", "employee_attrition", "heart_disease")
SERVED = {name: {"served_version"} for name in MODELS}
"""What models with `serving` in their defs.yaml have; no job runs it."""
REVIEWED = {"employee_attrition": {"review"}}
"""What models have whose versions are reviewed; part of the retrain job."""
POLICIES = {it: {"policy_version"} for it in ("planner", "meal_ranker", "recipe_recommender")}
"""What models have whose versions are those of a policy; part of the retrain job."""
OWN_ASSETS = {"golden_record": {"scored_pairs", "entity_map", "golden_records", "review_queue"}}
"""What a model has beside the graph that all have."""
DEFS = Path(__file__).parents[1] / "mlops_assets" / "defs"


@pytest.fixture(scope="module")
def loaded() -> dg.Definitions:
    return defs()


@pytest.fixture(scope="module")
def specs(loaded) -> list[dg.AssetSpec]:
    return list(loaded.resolve_all_asset_specs())


def test_every_defs_yaml_is_loaded(specs):
    names = {
        yaml.safe_load(path.read_text())["attributes"]["name"] for path in DEFS.rglob("*.yaml")
    }
    assert {spec.group_name for spec in specs} == names


def test_every_model_has_the_assets_and_checks_of_the_snapshot(loaded, specs):
    for model in {spec.group_name for spec in specs}:
        asked = (OWN_ASSETS, SERVED, REVIEWED, POLICIES)
        own = {name for it in asked for name in it.get(str(model), set())}
        # What a kind checks of its own fit differs from kind to kind.
        found = [key for key in keys(loaded, model) if not key.startswith("trained_model:")]
        assert [key for key in found if key not in own] == SNAPSHOT.read_text().splitlines()
        assert own <= set(found)


def test_every_asset_has_what_a_person_looks_for(specs):
    for spec in specs:
        links = spec.metadata["dagster/code_references"].code_references
        endings = {Path(link.file_path).suffix for link in links}
        assert spec.metadata.keys() == {"dagster/code_references"}, spec.key
        assert spec.description, spec.key
        assert spec.owners, spec.key
        assert spec.kinds, spec.key
        assert spec.group_name, spec.key
        is_own = spec.key.path[-1] in OWN_ASSETS.get(str(spec.group_name), ())
        assert endings == ({".py"} if is_own else {".yaml", ".py"}), spec.key


def test_every_check_has_a_description(loaded):
    graph = loaded.resolve_asset_graph()
    for key in graph.asset_check_keys:
        assert graph.get_check_spec(key).description, key


def test_the_two_jobs_of_a_model_are_its_whole_graph(loaded, specs):
    jobs = [loaded.resolve_job_def(f"heart_disease_{name}") for name in ("retrain", "monitor")]
    retrain, monitor = (set(job.asset_layer.selected_asset_keys) for job in jobs)
    every = {spec.key for spec in specs if spec.group_name == "heart_disease"}
    experiment = {dg.AssetKey(["heart_disease", "experiment_report"])}  # it has none to report
    served = {dg.AssetKey(["heart_disease", "served_version"])}  # it is observed
    assert retrain | monitor == every - experiment - served
    assert not retrain & monitor
    daily = {spec.key for spec in specs if spec.partitions_def}
    assert {key for key in daily if key.path[0] == "heart_disease"} == monitor | experiment


def test_a_review_runs_with_the_retrain_before_anything_is_promoted(loaded):
    retrain = loaded.resolve_job_def("employee_attrition_retrain").asset_layer
    review, promoted, registered = (
        dg.AssetKey(["employee_attrition", it])
        for it in ("review", "production_version", "registered_version")
    )
    assert review in retrain.selected_asset_keys
    graph = loaded.resolve_asset_graph()
    assert review in graph.get(promoted).parent_keys
    assert registered in graph.get(review).parent_keys
    heart = loaded.resolve_job_def("heart_disease_retrain").asset_layer
    assert dg.AssetKey(["heart_disease", "review"]) not in heart.selected_asset_keys


@pytest.mark.parametrize(
    ("job", "pool"), [("retrain", "heart_disease"), ("monitor", "heart_disease_monitor")]
)
def test_all_steps_of_a_job_share_a_pool(loaded, job, pool):
    job = loaded.resolve_job_def(f"heart_disease_{job}")
    assert {node.definition.pool for node in job.graph.node_dict.values()} == {pool}


def test_what_runs_by_itself_is_sorted_and_found_by_its_model(loaded, specs):
    repository = loaded.get_repository_def()
    running = [*repository.sensor_defs, *repository.schedule_defs]
    of = {it.name: it.tags["model"] for it in running if "model" in it.tags}
    assert set(of.values()) == {spec.group_name for spec in specs}
    assert all(name.startswith(f"{model}_") for name, model in of.items())
    assert {it.name for it in running} - of.keys() == {
        "mlflow_run_status_sensor",
        "retention",
        "served_versions",
    }


def test_specs_alone_are_those_of_all_that_is_loaded(loaded):
    assert specs_of(declared()) == specs_of(loaded)
    assert not list(declared().resolve_all_asset_specs())
