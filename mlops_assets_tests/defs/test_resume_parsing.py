"""resume_parsing: words are tagged, and entities found, in a résumé that it has not seen."""

from pathlib import Path
from typing import Any

import pytest

from mlops_assets.client import ModelRegistry
from mlops_assets.features.tokens import entities, token_table
from mlops_assets.loading import spec_of
from mlops_assets.operations.initialize import initialize
from mlops_assets_tests.world import World
from mlops_assets_tests.yaml_attributes import attributes

YAML = Path(__file__).parents[2] / "mlops_assets" / "defs" / "resume_parsing" / "defs.yaml"
DEFAULT = ("baseline-models", "resume-parsing-models", "scoring-models", "semantic-models")
RESUME = """Clara Novak
Contact: Lindau clara.novak@example.org | +49 341 55512
Skills
Python , SQL , forecasting
Work Experience
2019 – 2022 : Data Scientist at Lumera ; trained 3 new colleagues ."""


pytestmark = pytest.mark.statistics


@pytest.fixture(scope="module")
def life(shared_world: World) -> World:
    given: dict[str, Any] = attributes(YAML)
    names = dict.fromkeys(("name", "registered_name", "experiment"), "small")
    shared_world.spec = {**given, **names, "live": {}}
    assert shared_world.retrain_as_of("2026-01-04").success
    return shared_world


def test_entities_are_measured_and_the_version_is_promoted(life):
    found = life.children()["evaluation"].data.metrics
    assert found["entity_f1"] > 0.65
    assert found["entity_f1/email"] > 0.9
    assert found["entity_f1_low"] < found["entity_f1"] < found["entity_f1_high"]
    assert life.children()["production_version"].data.metrics["promoted"] == 1
    assert life.children()["features"].data.metrics["left_out_rows"] == 0


def test_a_resume_is_parsed_with_what_serves(life):
    model = ModelRegistry(life.settings).load_model("small", stage="Production")
    table = token_table({"r": RESUME})
    tags = model.predict(table)["prediction"]
    found = {(it.tag, it.text) for it in entities(table, list(tags))}
    assert ("name", "Clara Novak") in found
    assert ("email", "clara.novak@example.org") in found
    assert {("skill", "SQL"), ("section", "Skills"), ("section", "Work Experience")} <= found


def test_each_default_experiment_has_a_model(settings):
    from mlops_assets.definitions import defs

    loaded = defs()
    models = ("candidate_baseline", "resume_parsing", "candidate_scoring", "candidate_semantic")
    specs = [spec_of(loaded, it) for it in models]
    assert tuple(it.experiment for it in specs) == DEFAULT
    made = [f"{it.what} {it.seen}" for it in initialize(settings, [it.experiment for it in specs])]
    assert all(any(name in step for step in made) for name in DEFAULT)
