"""The description of a registered model: from defs.yaml, unless a person wrote one."""

from mlops_assets.registry.model_description import WRITTEN, describe
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.versions import registered
from mlops_assets_tests.world import SMALL


def spec(**given) -> LifecycleSpec:
    source = {"type": "csv", "path": "table.csv"}
    return LifecycleSpec.model_validate({**SMALL, "source": source, **given})


def described(registry) -> str:
    return registry.registered().description or ""


def test_it_follows_defs_yaml(registry):
    describe(registry, spec())  # there is no model yet
    registered(registry, "f1")
    assert not described(registry)
    describe(registry, spec())
    assert described(registry).startswith("Classification of ")
    describe(registry, spec(description="Who will leave.", owner="a*b@c.org"))
    assert described(registry).startswith("Who will leave.\n")
    assert "Owner: a&#42;b@c.org" in described(registry)
    assert described(registry).endswith(WRITTEN)


def test_that_of_a_person_stays(registry):
    registered(registry, "f1")
    registry.client.update_registered_model(registry.name, "Ours.")
    describe(registry, spec())
    assert described(registry) == "Ours."
