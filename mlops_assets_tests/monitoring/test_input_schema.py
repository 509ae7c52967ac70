"""What a version expects of a row, from the profile of its training rows."""

import pandas as pd
import pytest

from mlops_assets.data.personal_data import PersonalData
from mlops_assets.features.columns import Columns, typed_features
from mlops_assets.monitoring import version_reference
from mlops_assets.monitoring.drift.table_profile import build_profile
from mlops_assets.monitoring.input_schema import InputSchema
from mlops_assets.monitoring.version_reference import load_input_schema
from mlops_assets_tests.loop_world import LoopWorld

ROWS = 40
COLUMNS = Columns(
    numeric=["age", "income"],
    categorical=["city"],
    boolean=["member"],
    date=["since"],
    text=["note"],
)


@pytest.fixture(scope="module")
def schema() -> InputSchema:
    table = pd.DataFrame(
        {
            "age": [20.0 + i % 30 for i in range(ROWS)],
            "income": [1000.5 + i for i in range(ROWS)],
            "city": ["Ulm"] * 25 + ["Bonn"] * 13 + ["Rare"] * 2,
            "member": [True] * 30 + [None] * 10,
            "since": pd.date_range("2026-01-01", periods=ROWS),
            "note": ["some words"] * ROWS,
        }
    )
    personal = PersonalData(("income",))
    return InputSchema.of(build_profile(table, COLUMNS, personal=personal), COLUMNS, personal)


def test_each_feature_has_its_role_and_what_training_rows_had(schema):
    found = {field.name: field for field in schema.fields}
    assert [field.role for field in schema.fields] == [role for _, role in COLUMNS.roles()]
    assert (found["age"].low, found["age"].high) == (20, 49)
    assert (str(found["since"].low), str(found["since"].high)) == ("2026-01-01", "2026-02-09")
    assert found["member"].missing == 0.25


def test_a_rare_label_and_a_personal_range_are_not_shown(schema):
    found = {field.name: field for field in schema.fields}
    assert found["city"].labels == ("Ulm", "Bonn")
    assert (found["income"].low, found["income"].high, found["income"].example) == (None,) * 3


def test_the_example_is_a_row_that_the_roles_accept(schema):
    row = pd.DataFrame([schema.example()])
    typed = typed_features(row, COLUMNS)
    assert typed["city"].tolist() == ["Ulm"]
    assert typed["age"].tolist() == [round(sum(20 + i % 30 for i in range(ROWS)) / ROWS)]


def test_it_survives_being_stored(schema):
    assert InputSchema.model_validate_json(schema.model_dump_json()) == schema


def test_it_is_stored_with_a_version_and_its_example_is_predicted(world):
    world.begin()
    spec = LoopWorld(world).spec
    model_id = world.children()["trained_model"].data.tags["model_id"]
    schema = load_input_schema(world.client, model_id, spec)
    assert [field.name for field in schema.fields] == ["x", "c"]
    model = spec.model.load(f"models:/{model_id}")
    features = spec.typed(pd.DataFrame([schema.example()]))
    assert len(model.predict(features)) == 1


def test_a_version_of_before_has_that_of_its_reference_without_newer_features(world, monkeypatch):
    world.begin()
    spec = LoopWorld(world).spec
    model_id = world.children()["trained_model"].data.tags["model_id"]
    stored = load_input_schema(world.client, model_id, spec)
    monkeypatch.setattr(version_reference, "SCHEMA", "an older release had none")
    assert load_input_schema(world.client, model_id, spec) == stored
    columns = Columns(numeric=["age", "x"], text=["c"])
    newer = spec.model_copy(update={"columns": columns})
    assert load_input_schema(world.client, model_id, newer) == stored
