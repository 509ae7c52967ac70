"""The kind `python`: an object of somebody's package as a model, with its epochs in MLflow."""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter

from mlops_assets import plugins
from mlops_assets.client import ModelRegistry
from mlops_assets.data.training_tables import FeatureTable
from mlops_assets.errors import InputError
from mlops_assets.kinds.python import PythonSpec, Trainable
from mlops_assets.kinds.python.files import is_pickle
from mlops_assets.platform.lake import read_table
from mlops_assets.platform.mlflow.model_ids import model_id_of
from mlops_assets.registry.reproduce.recorded_training import read_training
from mlops_assets.registry.reproduce.refit_process import refit_with_kept_code
from mlops_assets.simulators import planner as simulator
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets_tests.loop_world import LoopWorld
from mlops_assets_tests.policies.worlds import TRAINED, small_planner

PACKAGE, NAME = Path(__file__).parent / "package", "planner_model"
ENTRIES = """\
[mlops_assets.models]
toy_planner = toy_planner.planner:ToyPlanner
pickles = toy_planner.planner:Pickles
nothing = toy_planner.planner:not_a_model
"""
PARAMS = {
    "actions": [*simulator.MENU.items],
    "learning_rate": 0.1,
    "batch_size": 32,
    "epochs": 4,
    "model_base": "none",
    "fine_tuning_method": "all weights",
}
MODEL = {"type": "python", "object": "toy_planner.planner.ToyPlanner", "params": PARAMS}
RECORD = {  # the document's own names
    "params": [*PARAMS, "dataset_version"],
    "metrics": ["train_loss", "val_loss", "plan_alignment_score", "constraint_respect_score"],
    "tags": {"policy_id": "planner_policy"},
    "artifacts": ["model/", "tokenizer/", "config.json"],
}


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """The package and its entry points, on the path of this process."""
    place = tmp_path / "site"
    shutil.copytree(PACKAGE, place)
    (place / "toy_planner-1.dist-info").mkdir()
    (place / "toy_planner-1.dist-info" / "METADATA").write_text("Name: toy_planner\nVersion: 1\n")
    (place / "toy_planner-1.dist-info" / "entry_points.txt").write_text(ENTRIES)
    monkeypatch.syspath_prepend(str(place))
    for name in [it for it in sys.modules if it.startswith("toy_planner")]:
        monkeypatch.delitem(sys.modules, name)
    plugins._by_group.cache_clear()
    yield place
    plugins._by_group.cache_clear()


def dataset(rows: int = 300):
    spec = LifecycleSpec.model_validate(small_planner())
    table = simulator.simulate(rows, seed=2)
    return spec, spec.dataset(table).with_target(table["adherence"])


def fit(**changes):
    spec, rows = dataset()
    kind = PythonSpec.model_validate({**MODEL, **changes})
    return kind.fit(rows, spec.task, seed=0, allowed_prefixes=()), rows


@pytest.fixture
def toy(world, installed):
    gates = {"mean_weight": {"min": 0.8, "max": 1.2}}
    world.spec = small_planner(model=MODEL, task="policy", record=RECORD, gates=gates)
    world.begin(TRAINED)
    return world


def test_it_lives_like_any_model(toy):
    world = toy
    version = ModelRegistry(world.settings).of(NAME).version(1)
    assert version.tags["stage"] == "candidate"

    run = next(it for it in runs(world) if it.info.run_name == "trained_model")
    for name in ("train_loss", "val_loss"):
        points = world.client.get_metric_history(run.info.run_id, name)
        assert [it.step for it in points] == [0, 1, 2, 3]
        assert points[-1].value < points[0].value
    assert "learning.png" in {it.path for it in world.client.list_artifacts(run.info.run_id)}
    assert {"learning_rate", "model_base", "fine_tuning_method"} <= {*run.data.params}

    model = ModelRegistry(world.settings).load_model(NAME, 1)
    spec = LoopWorld(world).spec
    rows = spec.dataset(simulator.simulate(20, seed=3)).features
    assert model.predict(rows)["prediction"].isin(PARAMS["actions"]).all()

    assert ModelRegistry(world.settings).reproduce_model(NAME, 1).outcome == "identical"


@pytest.mark.process
def test_kept_code_of_the_package_fits_the_same(toy):
    """In a process where the package is found only as it was kept with the version."""
    model_id = model_id_of(ModelRegistry(toy.settings).of(NAME).version(1))
    training = read_training(toy.client, model_id)
    assert training.packages == ("toy_planner",)
    features = read_table(training.features_file, FeatureTable)
    how = training, features.table, f"models:/{model_id}"
    stored, refitted = refit_with_kept_code(toy.settings, *how)
    assert stored.equals(refitted)


def runs(world):
    experiment = world.client.get_experiment_by_name("planner_training")
    return world.client.search_runs([experiment.experiment_id])


def test_the_files_of_the_package_are_part_of_the_code_version(installed):
    from mlops_assets.features.code_version import deciding_files, version_of
    from mlops_assets.kinds.registry import home_of

    home = home_of("python", ("toy_planner",))
    before = version_of(deciding_files(home))
    (installed / "toy_planner" / "planner.py").write_text("# other\n")
    assert version_of(deciding_files(home)) != before
    kept = deciding_files(home)["/toy_planner-0.dist-info/entry_points.txt"].decode()
    assert "toy_planner = toy_planner.planner:ToyPlanner" in kept


@pytest.mark.usefixtures("installed")
def test_its_epochs_are_a_learning_curve_and_its_columns_have_an_importance():
    model, rows = fit()
    assert isinstance(model.trainable, Trainable)
    curve = model.learning_curve(rows, seed=0)
    assert ([*curve.steps], curve.step, curve.score) == ([0, 1, 2, 3], "epoch", "loss")
    assert {*curve.curves} == {"training", "validation"}
    importance = model.importance(rows, seed=0).set_index("feature")["importance"]
    assert importance["energy_goal"] == 0  # it is not read
    assert importance.abs().max() > 0
    assert model.explain_rows(rows.features.head(2)).isna().all(axis=None)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        ({"object": "toy_planner.planner.ToyPlaner"}, "not a registered model; the nearest name"),
        ({"object": "os.system"}, "os.system is not a registered model"),
        ({"object": "toy_planner.planner.not_a_model", "params": {}}, "gives a str without"),
        ({"params": {"epochs": 1}}, r"cannot be made of \['epochs'\]"),
    ],
)
def test_what_is_not_registered_or_no_model_is_refused(changes, seen):
    with pytest.raises(InputError, match=seen):
        fit(**changes)


@pytest.mark.usefixtures("installed")
def test_a_pickle_is_not_saved(settings):
    import mlflow

    from mlops_assets.platform.mlflow.store import open_store

    open_store(settings)
    run = mlflow.MlflowClient().create_run(mlflow.MlflowClient().create_experiment("e"))
    model, rows = fit(object="toy_planner.planner.Pickles")
    with pytest.raises(InputError, match=r"saved a pickle, model/weights\.bin"):
        model.save(rows.features, run_id=run.info.run_id, model_name="m")


def test_what_a_pickle_is(tmp_path):
    import pickle
    import zipfile

    for protocol in range(6):
        (tmp_path / "some.bin").write_bytes(pickle.dumps({"a": 1}, protocol))
        assert is_pickle(tmp_path / "some.bin")
    with zipfile.ZipFile(tmp_path / "weights.pt", "w") as archive:
        archive.writestr("archive/data.pkl", b"")
    assert is_pickle(tmp_path / "weights.pt")
    objects = np.array([{"a": 1}], dtype=object)
    np.save(tmp_path / "objects.npy", objects)
    np.savez(tmp_path / "objects.npz", objects=objects)
    assert is_pickle(tmp_path / "objects.npy")
    assert is_pickle(tmp_path / "objects.npz")
    np.savez(tmp_path / "numbers.npz", numbers=np.arange(9))
    (tmp_path / "config.json").write_text(json.dumps({"a": 1}))
    (tmp_path / "words.txt").write_text("apple\nbanana\n(none).\n")
    (tmp_path / "nothing").write_bytes(b"")
    for name in ("numbers.npz", "config.json", "words.txt", "nothing"):
        assert not is_pickle(tmp_path / name), name


def test_it_is_a_kind_of_model():
    from mlops_assets.kinds.registry import ModelSpec

    assert isinstance(TypeAdapter(ModelSpec).validate_python(MODEL), PythonSpec)
