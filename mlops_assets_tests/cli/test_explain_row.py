"""`mlops-assets explain MODEL ROW`, on a version of a small classifier that serves."""

import json

import pytest
from typer.testing import CliRunner, Result

from mlops_assets.cli import app
from mlops_assets.client import ModelRegistry
from mlops_assets.errors import InputError
from mlops_assets.features.columns import typed_features
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.world import World, small_table


@pytest.fixture
def small(world, monkeypatch) -> World:
    """Rows with an identity, and one column that is personal."""
    table = small_table().assign(id=range(400), age=[20 + i % 50 for i in range(400)])
    table.to_csv(world.csv, index=False)
    world.spec |= {
        "identity": ["id"],
        "columns": {"numeric": ["x", "age"], "categorical": ["c"]},
        "personal": ["age"],
    }
    world.begin()
    world.save()
    spec = LifecycleSpec.model_validate_json((world.settings.home / "spec.json").read_text())
    monkeypatch.setattr("mlops_assets.loading.spec_of", lambda _, name: spec)
    return world


def typed(*words: str) -> Result:
    return CliRunner().invoke(app, ["explain", "small", *words])


def told(*words: str) -> str:
    """The mistake that is reported."""
    done = typed(*words)
    assert isinstance(done.exception, InputError), (done.output, done.exception)
    return str(done.exception)


def test_a_row_by_its_identity(small):
    said = json.loads(typed("7", "--json").output)
    assert (said["model"], said["version"], said["row"]) == ("small", "1", "the row with that id")
    model = ModelRegistry(small.settings).load_model("small")
    row = small_table().assign(age=27).iloc[[7]]
    features = typed_features(row, model_columns(small))
    expected = model.predict(features)["probability_1"].iloc[0]
    assert said["explains"] == "probability of 1"
    assert said["value"] == pytest.approx(expected)
    added = {it["column"]: it for it in said["contributions"]}
    assert said["base"] + sum(it["adds"] for it in added.values()) == pytest.approx(expected)
    assert {name: it["value"] for name, it in added.items()} == {
        "x": f"{row['x'].iloc[0]:.6g}",
        "c": "b",
        "age": "***",
    }
    assert said["contributions"][0]["column"] == "x"
    assert (said["background"], said["complete"]) == (50, True)


def model_columns(world: World):
    return LifecycleSpec.model_validate_json(
        (world.settings.home / "spec.json").read_text()
    ).columns


def test_the_table_adds_up_and_the_last_of_several_rows_is_meant(small):
    with small.csv.open("a") as rows:  # once more, since the model was trained
        rows.write("0.9,a,1,8,33\n")
    lines = typed("8").output.splitlines()
    assert "0.9" in "".join(lines)
    assert lines[0] == "small version 1, the last of 2 rows with that id"
    table = lines[2:7]
    assert table[0].split() == ["column", "value", "adds", "sum"]
    assert "mean of 50 training rows" in table[1]
    assert {line.split()[0] for line in table[2:]} == {"x", "c", "age"}
    value = float(lines[-1].partition("probability of 1 ")[2].partition(",")[0])
    assert float(table[-1].split()[-1]) == pytest.approx(value, rel=0.01)
    assert lines[-2].startswith("prediction ")


def test_a_held_out_row_is_that_of_the_version(small):
    shown = typed("--holdout", "0", "--version", "1").output
    assert shown.startswith("small version 1, held-out row 0\n")
    assert "from 0 to " in told("--holdout", "4000")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "no row"),
        (("7", "--holdout", "1"), "a row by its identity and by its place"),
        (("4711x",), "no row of"),
        (("7", "--version", "9"), "small has no version 9"),
        (("7", "8"), "which does not compare records"),
    ],
)
def test_what_cannot_be_explained(small, words, said):
    message = told(*words)
    assert said in message
    assert "4711x" not in message


def test_without_one_identity_a_row_is_named_by_its_place(small, monkeypatch):
    given = json.loads((small.settings.home / "spec.json").read_text())
    spec = LifecycleSpec.model_validate({**given, "identity": []})
    monkeypatch.setattr("mlops_assets.loading.spec_of", lambda _, name: spec)
    assert "--holdout 0" in told("7")
