"""`resources` of defs.yaml: what may be asked for, and that it changes nothing that is learned."""

import json

import pytest
from pydantic import ValidationError

from mlops_assets.lifecycle import jobs
from mlops_assets.lifecycle.run_resources import resource_tags
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.world import SMALL


def spec_with(**resources) -> LifecycleSpec:
    given = {**SMALL, "source": {"type": "csv", "path": "table.csv"}}
    return LifecycleSpec.model_validate(given | ({"resources": resources} if resources else {}))


def test_a_run_of_a_job_shows_what_it_reserves():
    spec = spec_with(cpus=4, memory="8GiB", gpus=1)
    tags = jobs.retrain(spec).run_tags
    ray = json.loads(tags["dagster-ray/config"])
    assert ray == {"num_cpus": 4, "memory": 8 << 30, "num_gpus": 1}
    assert tags["model"] == "small"
    assert jobs.monitor(spec).run_tags == tags


def test_without_it_a_run_has_no_such_tag():
    assert resource_tags(spec_with()) == {}
    assert jobs.retrain(spec_with()).run_tags == {"model": "small"}


@pytest.mark.parametrize("digest", ["training_digest", "checks_digest"])
def test_it_does_not_retrain_a_model(digest):
    few, many = spec_with(), spec_with(cpus=4, memory="8GiB")
    assert getattr(few, digest)() == getattr(many, digest)()
    assert few.code_version == many.code_version


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"memory": 8}, r"`memory` is 8 bytes\. Expected: at least 256MiB.*such as 4GiB"),
        ({"memory": "4Gi"}, "could not interpret byte unit: Gi"),
        ({"cpus": 0}, "greater than 0"),
        ({"gpus": 0.5}, "a valid integer"),
        ({"disk": "1GiB"}, r"no key `resources\.disk`.*'cpus', 'memory', 'gpus'"),
    ],
)
def test_a_mistake_is_told(given, said):
    with pytest.raises(ValidationError, match=said):
        spec_with(**given)
