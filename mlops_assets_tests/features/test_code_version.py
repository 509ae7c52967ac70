"""The code version: what a fit, a prediction and saving import, for each kind, and nothing else."""

import json
import os
import subprocess
import sys

import pandas as pd
import pytest

from mlops_assets.errors import InputError
from mlops_assets.features.code_version import PACKAGE, deciding_files, version_of
from mlops_assets.kinds.registry import BY_TYPE, home_of
from mlops_assets_tests.kinds.fellegi_sunter import people
from mlops_assets_tests.kinds.text_match import texts
from mlops_assets_tests.world import small_table

KINDS_HERE = sorted(path.parent.name for path in (PACKAGE / "kinds").glob("*/__init__.py"))
SHARED = ("features/", "tasks/", "errors.py", "claims.py", "plugins.py", "kinds/__init__.py")
SHARED += ("kinds/base.py", "kinds/model_files.py", "kinds/refit.py", "kinds/registry.py")
FIT_PREDICT_SAVE = """
import json, sys
import mlflow, pandas as pd
from pydantic import TypeAdapter
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.kinds.registry import ModelSpec
from mlops_assets.tasks.registry import task_named

given = json.loads(sys.argv[1])
kind = TypeAdapter(ModelSpec).validate_python(given["model"])
columns, table = Columns(**given["columns"]), pd.read_parquet(given["table"])
rows, target = table[columns.names], table[given["target"]] if given["target"] else None
roles = {name: (name,) for name in given.get("context", ())}
context = table[list(roles)]
options = {"seed": 0, "allowed_prefixes": ("sklearn.",)}
dataset = Dataset(rows, columns, target, context, roles)
model = kind.fit(dataset, task_named(given["task"]), **options)
client = mlflow.MlflowClient()
experiment = client.create_experiment("kept", artifact_location=given["artifacts"])
run = client.create_run(experiment).info.run_id
said = model.predict(rows)
saved = model.save(rows.head(), run_id=run, model_name="model")
assert kind.load(f"models:/{saved}").predict(rows).equals(said)
"""


UNDECIDING = (
    "features/tokens.py",
    "tasks/figures/",
    "tasks/inference.py",
    "kinds/sklearn/learning.py",
    "kinds/sklearn/mixed_rows.py",
    "kinds/sklearn/proposal.py",
    "kinds/sklearn/rows/",
    "kinds/sklearn/shap_package/",
    "kinds/text_match/importance.py",
    "kinds/text_match/rows.py",
)
HOMES = {it: it for it in ("fellegi_sunter", "python", "sklearn")}
HOMES |= {it: f"{it}+sklearn" for it in ("policy", "text_match")}  # built on scikit-learn's


def decides(file: str, kind: str) -> bool:
    if file.startswith(UNDECIDING):
        return False
    own = tuple(f"kinds/{it}/" for it in HOMES[kind].split("+"))
    return file.startswith((*SHARED, *own))


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> dict[str, bytes]:
    """Every file of the package, by its place in it."""
    return {
        path.relative_to(PACKAGE).as_posix(): path.read_bytes() for path in PACKAGE.rglob("*.py")
    }


def test_every_kind_has_a_home():
    assert {kind: home_of(kind) for kind in BY_TYPE} == HOMES
    assert sorted(HOMES) == KINDS_HERE


@pytest.mark.parametrize("kind", HOMES)
def test_a_comment_changes_the_versions_of_the_kinds_that_import_its_file_alone(
    kind, package, tmp_path
):
    for name, content in package.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)

    def comment(name: str) -> None:
        (tmp_path / name).write_bytes(package[name] + b"# a comment\n")

    def changed() -> bool:
        return version_of(deciding_files(HOMES[kind], tmp_path)) != before

    before = version_of(deciding_files(HOMES[kind], tmp_path))
    deciding = {name for name in package if decides(name, kind)}
    for name in package.keys() - deciding:
        comment(name)
    assert not changed()  # by none of them: they are commented together, which takes less long
    for name in deciding:
        comment(name)
        assert changed(), name
        (tmp_path / name).write_bytes(package[name])
    assert "alerts/alert.py" not in deciding
    assert f"kinds/{kind}/spec.py" in deciding


def test_a_changed_line_of_one_kind_leaves_the_other_alone(package):
    both = {kind: set(deciding_files(kind)) for kind in ("sklearn", "fellegi_sunter")}
    assert "kinds/fellegi_sunter/training.py" in both["fellegi_sunter"] - both["sklearn"]
    assert "kinds/sklearn/training.py" in both["sklearn"] - both["fellegi_sunter"]


def test_a_package_without_init_has_no_files_to_keep(tmp_path, monkeypatch):
    (tmp_path / "open_company" / "models").mkdir(parents=True)
    (tmp_path / "open_company" / "models" / "kind.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(InputError, match="package open_company, which has a kind") as told:
        deciding_files("/open_company")
    assert told.value.todo.startswith("add open_company/__init__.py")


@pytest.mark.process
# What an object of another package does, `policies/test_python_kind.py` fits with kept code.
@pytest.mark.parametrize("kind", [it for it in HOMES if it != "python"])
def test_the_files_that_decide_are_enough_to_fit_predict_and_save(kind, settings, tmp_path):
    code = tmp_path / "code" / "mlops_assets"
    for name, content in {**deciding_files(HOMES[kind]), "__init__.py": b""}.items():
        (code / name).parent.mkdir(parents=True, exist_ok=True)
        (code / name).write_bytes(content)
    places = {"table": str(tmp_path / "table.parquet"), "artifacts": (tmp_path / "a").as_uri()}
    given = {**asked(kind), **places}
    table(kind).to_parquet(given["table"])
    done = subprocess.run(
        [sys.executable, "-P", "-c", FIT_PREDICT_SAVE, json.dumps(given)],
        env={
            **os.environ,
            "PYTHONPATH": str(code.parent),
            "MLFLOW_TRACKING_URI": settings.mlflow_tracking_uri,
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def asked(kind: str) -> dict:
    if kind == "fellegi_sunter":
        columns, model = people.COLUMNS.model_dump(), people.spec().model_dump(mode="json")
        return {"columns": columns, "model": model, "task": "deduplication", "target": None}
    if kind == "text_match":
        model = {"type": kind, "left": "resume", "right": "job"}
        columns = texts.COLUMNS.model_dump()
        return {"columns": columns, "model": model, "task": "ranking", "target": "invited"}
    columns = {"numeric": ["x"], "categorical": ["c"], "boolean": [], "date": [], "text": []}
    if kind == "policy":
        model = {"type": "policy", "actions": ["left", "right"]}
        context = ["action", "propensity"]
        shared = {"columns": columns, "context": context}
        return {**shared, "model": model, "task": "policy", "target": "y"}
    model = {"type": "sklearn", "estimator": "sklearn.linear_model.LogisticRegression"}
    return {"columns": columns, "model": model, "task": "classification", "target": "y"}


def table(kind: str) -> pd.DataFrame:
    if kind == "text_match":
        rows = texts.dataset()
        return rows.features.assign(invited=rows.known_target())
    if kind == "fellegi_sunter":
        return people.people(600)[0]
    found = small_table()
    action = ["left" if row % 3 else "right" for row in range(len(found))]
    return found.assign(action=action, propensity=0.5)
