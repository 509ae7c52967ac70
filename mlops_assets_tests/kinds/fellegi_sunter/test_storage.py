"""What is saved is what comes back; names are only where they are marked as personal data."""

import stat
from pathlib import Path

import mlflow
import pytest

from mlops_assets.errors import InputError
from mlops_assets.platform.mlflow.runs import experiment_id
from mlops_assets.platform.mlflow.store import open_store
from mlops_assets_tests.kinds.fellegi_sunter.people import fitted, people, spec

NEW, _ = people(600, seed=5)


@pytest.fixture
def client(settings):
    return open_store(settings)


@pytest.fixture
def model_id(client, settings):
    return save(client, settings)


def save(client, settings) -> str:
    run = client.create_run(experiment_id(client, "citizens", settings))
    return fitted().save(NEW[:5], run_id=run.info.run_id, model_name="citizens")


def test_what_comes_back_predicts_the_same(model_id):
    expected = fitted().predict(NEW)
    assert spec().load(f"models:/{model_id}").predict(NEW).equals(expected)


def test_nothing_is_said_while_it_is_saved_and_loaded(client, settings, capfd, recwarn):
    run = client.create_run(experiment_id(client, "citizens", settings)).info.run_id
    model_id = fitted().save(NEW[:5], run_id=run, model_name="citizens")
    mlflow.pyfunc.load_model(f"models:/{model_id}")
    assert capfd.readouterr() == ("", "")
    assert not [str(it.message) for it in recwarn if it.category is UserWarning]


def test_a_server_that_knows_only_pyfunc_can_use_it(model_id):
    served = mlflow.pyfunc.load_model(f"models:/{model_id}").predict(NEW)
    expected = fitted().predict(NEW)
    assert served["prediction"].tolist() == expected["prediction"].tolist()


def test_names_are_only_in_the_marked_folder_that_its_owner_alone_can_read(client, model_id):
    logged = client.get_logged_model(model_id)
    folder = Path(mlflow.artifacts.download_artifacts(f"models:/{model_id}"))
    names = sorted(people()[0]["full_name"].str.lower())[:50]
    for path in (path for path in folder.rglob("*") if path.is_file()):
        has_names = any(name.encode() in path.read_bytes() for name in names)
        assert has_names == (path.name == "full_name.parquet")
        assert path.suffix != ".pkl"
    stored = Path(logged.artifact_location.removeprefix("file://")) / "artifacts/linkage"
    assert {stat.S_IMODE(p.stat().st_mode) for p in stored.rglob("*") if p.is_file()} == {0o600}
    assert "personal_data" in logged.tags
    assert "personal" in (stored / "README.md").read_text().lower()


def test_saving_prints_nothing(client, settings, caplog, recwarn):
    with caplog.at_level("INFO"):
        save(client, settings)
    assert [str(warning.message) for warning in recwarn if "mlflow" in warning.filename] == []
    assert [record for record in caplog.records if record.name.startswith("mlflow")] == []


def test_it_belongs_to_its_run_and_the_active_run_is_left_alone(client, model_id):
    logged = client.get_logged_model(model_id)
    run = client.get_run(logged.source_run_id)
    assert (logged.name, str(logged.status), mlflow.active_run()) == ("citizens", "READY", None)
    assert logged.experiment_id == run.info.experiment_id


def test_another_model_is_refused(tmp_path):
    with pytest.raises(InputError, match="not saved as a fellegi_sunter model"):
        spec().load(str(tmp_path))


def test_a_model_with_another_file_of_frequencies_is_not_loaded(client, model_id):
    logged = client.get_logged_model(model_id)
    stored = Path(logged.artifact_location.removeprefix("file://")) / "artifacts/linkage"
    (stored / "frequencies" / "planted.parquet").write_bytes(b"x")
    with pytest.raises(InputError, match=r"planted\.parquet is not the file that was saved"):
        spec().load(f"models:/{model_id}")
