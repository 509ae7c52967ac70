"""The sides of a comparison, from a real MLflow."""

from mlops_assets.client import ModelRegistry
from mlops_assets.registry.compare.sides import version_side
from mlops_assets.registry.overview import VersionFacts
from mlops_assets_tests.versions import registered


def test_a_version_whose_run_was_deleted_for_good_is_compared_without_pictures(settings):
    model = ModelRegistry(settings, actor="anna").of("churn")
    version = model.version(registered(model, "f1"))
    facts = VersionFacts.of(model, version)
    model.client.delete_run(facts.run_id)
    model.client._tracking_client.store._hard_delete_run(facts.run_id)  # as `mlflow gc` does
    side = version_side(model.client, facts, pictures=True)
    assert side.pictures == {}
