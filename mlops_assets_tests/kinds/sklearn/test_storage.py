"""What is saved is what comes back, without pickle, and nothing is half-saved."""

from pathlib import Path

import mlflow
import pytest
import yaml

from mlops_assets.errors import InputError
from mlops_assets.kinds.sklearn.model import SklearnModel
from mlops_assets.kinds.sklearn.spec import SklearnSpec
from mlops_assets.kinds.sklearn.storage import signature
from mlops_assets.platform.mlflow.runs import experiment_id
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets_tests.kinds.sklearn.messy import features, fitted, small_forest

NEW = features(30, seed=8)
POPULAR = [
    ("sklearn.ensemble.RandomForestClassifier", {"n_estimators": 5}, "str3"),
    ("sklearn.ensemble.HistGradientBoostingClassifier", {"max_iter": 5}, "str2"),
    ("sklearn.ensemble.GradientBoostingRegressor", {"n_estimators": 5}, "number"),
    ("sklearn.linear_model.LogisticRegression", {}, "int2"),
    ("sklearn.linear_model.Ridge", {}, "number"),
    ("sklearn.svm.SVC", {}, "str2"),
    ("sklearn.neighbors.KNeighborsRegressor", {"algorithm": "ball_tree"}, "number"),
    ("sklearn.naive_bayes.GaussianNB", {}, "str3"),
    ("sklearn.neural_network.MLPClassifier", {"max_iter": 300}, "int2"),
    ("sklearn.calibration.CalibratedClassifierCV", {}, "int2"),
]


@pytest.fixture
def client(settings):
    return open_store(settings)


@pytest.fixture
def run_id(client, settings):
    """A run of an experiment that is not the default one, with a parameter and a metric."""
    run = client.create_run(experiment_id(client, "heart", settings))
    client.log_param(run.info.run_id, "rows", 120)
    client.log_metric(run.info.run_id, "train_score", 0.9)
    return run.info.run_id


def saved(model, run_id: str) -> str:
    return model.save(NEW[:5], run_id=run_id, model_name="heart")


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize(("estimator", "params", "kind"), POPULAR)
def test_what_comes_back_predicts_the_same(run_id, estimator, params, kind):
    model = fitted(estimator, params, kind=kind)
    uri = f"models:/{saved(model, run_id)}"
    expected = model.predict(NEW)
    assert SklearnSpec.load(uri).predict(NEW).equals(expected)
    assert SklearnModel(mlflow.sklearn.load_model(uri)).predict(NEW).equals(expected)


def test_the_model_belongs_to_its_run_and_the_active_run_is_left_alone(client, run_id):
    model_id = saved(small_forest(), run_id)
    logged = client.get_logged_model(model_id)
    run = client.get_run(run_id)
    assert (logged.name, logged.source_run_id, str(logged.status)) == ("heart", run_id, "READY")
    assert logged.experiment_id == run.info.experiment_id
    assert (logged.params, logged.metrics[0].key) == ({"rows": "120"}, "train_score")
    assert [output.model_id for output in run.outputs.model_outputs] == [model_id]
    assert (run.info.status, mlflow.active_run()) == ("RUNNING", None)


def test_another_active_run_gets_nothing(run_id):
    with mlflow.start_run() as other:
        saved(small_forest(), run_id)
    assert not mlflow.get_run(other.info.run_id).outputs.model_outputs


def test_numbers_are_double_in_the_signature_so_that_gaps_are_allowed(run_id):
    info = mlflow.models.get_model_info(f"models:/{saved(small_forest(), run_id)}")
    types = {column.name: column.type.name for column in info.signature.inputs}
    assert set(types.values()) == {"double", "string", "datetime"}
    assert (types["never"], types["member"], types["joined"]) == ("double", "double", "datetime")
    assert types["blank"] == "string"


def test_a_server_that_knows_only_pyfunc_can_use_it_even_without_a_value(run_id):
    model = small_forest("str3")
    served = mlflow.pyfunc.load_model(f"models:/{saved(model, run_id)}")
    assert served.predict(NEW).tolist() == model.predict(NEW)["prediction"].tolist()
    gone = NEW.assign(city=None, note=None, age=float("nan"))
    assert len(served.predict(gone)) == len(NEW)


def test_the_packages_it_was_fitted_with_are_written_down(run_id):
    uri = f"models:/{saved(small_forest(), run_id)}"
    text = Path(mlflow.artifacts.download_artifacts(uri), "requirements.txt").read_text()
    assert {line.split("==")[0] for line in text.split()} >= {"scikit-learn", "skops", "pandas"}


def test_a_type_that_is_not_trusted_is_named_before_anything_is_logged(client, run_id):
    tuned = fitted(
        "sklearn.model_selection.TunedThresholdClassifierCV",
        {"estimator": {"estimator": "sklearn.linear_model.LogisticRegression"}},
    )
    with pytest.raises(InputError, match=r"balanced_accuracy_score.*trusted_types\.py"):
        saved(tuned, run_id)
    assert client.search_logged_models([client.get_run(run_id).info.experiment_id]) == []


def test_a_model_that_vouches_for_itself_is_not_loaded(run_id):
    from sklearn.preprocessing import FunctionTransformer

    model = small_forest().pipeline
    model.steps.insert(1, ("evil", FunctionTransformer(print)))
    with mlflow.start_run(run_id=run_id):
        info = mlflow.sklearn.log_model(
            model,
            name="heart",
            signature=signature(model, NEW, small_forest().predict(NEW)),
            pip_requirements=[],
            skops_trusted_types=[*_all_types(model)],
        )
    with pytest.raises(InputError, match=r"builtins\.print"):
        SklearnSpec.load(info.model_uri)


def test_a_pickled_model_is_not_loaded(run_id):
    with mlflow.start_run(run_id=run_id):
        info = mlflow.sklearn.log_model(
            small_forest().pipeline,
            name="heart",
            serialization_format="pickle",
            pip_requirements=[],
        )
    with pytest.raises(InputError, match="not saved as a scikit-learn model in skops format"):
        SklearnSpec.load(info.model_uri)


def stored(client, model_id: str) -> Path:
    """The file of a saved pipeline, where MLflow keeps it."""
    location = client.get_logged_model(model_id).artifact_location
    return Path(location.removeprefix("file://")) / "model.skops"


def test_a_file_that_was_changed_or_replaced_is_not_loaded(client, run_id):
    model_id, other = saved(small_forest(), run_id), saved(fitted(*POPULAR[3][:2]), run_id)
    file, content = stored(client, model_id), stored(client, model_id).read_bytes()
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    for harmed in (flipped, content[:middle], b"", stored(client, other).read_bytes()):
        file.write_bytes(harmed)
        with pytest.raises(InputError, match=f"{model_id} is damaged: model.skops is not the"):
            SklearnSpec.load(f"models:/{model_id}")
    file.unlink()
    with pytest.raises(InputError, match="damaged"):
        SklearnSpec.load(f"models:/{model_id}")


def test_a_damaged_file_of_release_0_1_is_not_loaded(client, run_id):
    model_id = saved(small_forest(), run_id)
    file = stored(client, model_id)
    described = file.with_name("MLmodel")
    description = yaml.safe_load(described.read_text())
    del description["metadata"]  # release 0.1 noted no hashes
    described.write_text(yaml.safe_dump(description))
    assert SklearnSpec.load(f"models:/{model_id}").predict(NEW).shape[0] == len(NEW)
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(InputError, match=r"is damaged: model\.skops cannot be read"):
        SklearnSpec.load(f"models:/{model_id}")


def _all_types(model) -> list[str]:
    import skops.io

    return skops.io.get_untrusted_types(data=skops.io.dumps(model))
