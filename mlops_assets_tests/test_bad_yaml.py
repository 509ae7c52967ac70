"""What a person reads who has made a mistake in defs.yaml: the line, what is wrong, what to do."""

import subprocess
import sys

import pytest

from mlops_assets_tests.checkout import Checkout, make_checkout

pytestmark = pytest.mark.process

GOOD = """\
type: mlops_assets.component.ModelLifecycle
attributes:
  name: small
  source:
    type: csv
    path: table.csv
  target: y
  columns: {numeric: [x]}
  split:
    holdout: 0.3
  model:
    type: sklearn
    estimator: sklearn.linear_model.LogisticRegression
  gates: {roc_auc: {min: 0.6}}
"""
SOURCES = "['csv', 'parquet', 'prediction_log', 'python', 'simulator', 'sql']"
# What is replaced by what, the line that is named, and words of the message.
MISTAKES = {
    "unknown key": (
        "  target:",
        "  tarjet:",
        7,
        ("no key `tarjet`; the nearest name is 'target'",),
    ),
    "unknown key below": (
        "    path:",
        "    pth:",
        6,
        ("no key `source.pth`; the nearest name is 'path'", "'separator'"),
    ),
    "too large": ("0.3", "2", 10, ("`split.holdout` is 2.", "less than or equal to 0.5")),
    "wrong type": ("0.3", "lots", 10, ("`split.holdout` is 'lots'", "a valid number")),
    "no text": ("[x]", "[on]", 8, ("`columns.numeric.0` is True", "quote it")),
    "no such source": (
        "type: csv",
        "type: cvs",
        4,
        ("`source.type` is 'cvs'; the nearest name is 'csv'", SOURCES),
    ),
    "source in a word": (
        "source:\n    type: csv\n    path: table.csv",
        "source: table.csv",
        4,
        ("`source` is 'table.csv'", f"`type`, one of {SOURCES}, and its keys"),
    ),
    "no target": (
        "  target: y\n",
        "",
        2,
        ("no `target`, which a classification model needs",),
    ),
    "task of another kind": (
        "  target: y\n",
        "  target: y\n  task: deduplication\n",
        2,
        ("`task` is deduplication and `model.type` sklearn", "['classification', 'regression']"),
    ),
    "ground truth with a target": (
        "  target: y\n",
        "  target: y\n  truth: {type: csv, path: truth.csv}\n",
        2,
        ("`ground_truth` with task classification",),
    ),
    "personal labels": (
        "{numeric: [x]}",
        "{categorical: [x]}\n  personal: [x]",
        2,
        ("['x'] is `personal` and categorical",),
    ),
    "no such kind": (
        "sklearn\n",
        "sklern\n",
        11,
        ("`model.type` is 'sklern'", "one of ['fellegi_sunter', 'policy', 'python', 'sklearn', "),
    ),
    "gate without bounds": ("{min: 0.6}", "{}", 14, ("`gates.roc_auc`: a gate without a bound",)),
    "no such pack": (
        "  gates:",
        "  packs: [figures, metrcs]\n  gates:",
        14,
        ("`packs.1.type` is 'metrcs'; the nearest name is 'metrics'", "'linkage'"),
    ),
    "no such setting of a pack": (
        "  gates:",
        "  packs:\n    - metrics\n    - {type: slices, rows: 5}\n  gates:",
        16,
        ("no key `packs.1.rows`",),
    ),
    "a pack twice": (
        "  gates:",
        "  packs: [slices, slices]\n  gates:",
        14,
        ("`packs`: more than one entry for ['slices']",),
    ),
    "missing source": (
        "  source:\n    type: csv\n    path: table.csv\n",
        "",
        2,
        ("`source` is missing. Expected: Source of the training rows",),
    ),
    "target among features": ("[x]", "[x, y]", 2, ("`columns` has the target 'y' among",)),
    "invalid YAML": ("{numeric: [x]}", "{numeric: [x}", 8, ("not valid YAML (",)),
    "repeated key": (
        "  split:",
        "  target: z\n  split:",
        9,
        ("`target` is already defined on line 7",),
    ),
    "empty": (GOOD, "\n", 1, ("the file is empty", "`mlops-assets new` writes one")),
    "no such component": (
        "ModelLifecycle",
        "ModelLifecycl",
        1,
        ("ModelLifecycl'; the nearest name is 'mlops_assets.component.ModelLifecycle'",),
    ),
    "no attributes": ("attributes:", "attribute:", 2, ("the nearest name is 'attributes'",)),
    "unset variable": (
        "table.csv",
        "'{{ env.UNSET }}'",
        6,
        ("`source.path` is None", "variable NAME is not set"),
    ),
    "template that runs code": (
        "table.csv",
        "\"{{ cycler.__init__.__globals__.os.system('touch ran') }}\"",
        6,
        ("a template with", "name a variable of the environment"),
    ),
    "Python object": (
        "table.csv",
        "!!python/object/apply:os.system ['touch ran']",
        6,
        ("the tag !!python/object/apply:os.system", "remove the tag"),
    ),
    "component that runs code": (
        "mlops_assets.component.ModelLifecycle",
        "dagster.FunctionComponent",
        1,
        ("`type` is 'dagster.FunctionComponent'", "one of ['mlops_assets.component.Model"),
    ),
    "bad template": ("table.csv", "'{{ evn.HOME }}'", 6, ("'evn' not found in scope",)),
}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Checkout:
    return make_checkout(tmp_path_factory.mktemp("yaml"))


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=list(MISTAKES))
def test_a_mistake_in_the_yaml_is_told_in_one_line_that_names_file_and_line(checkout, mistake):
    old, new, line, words = mistake
    path = checkout.model("small", GOOD.replace(old, new))
    done = checkout.run("retrain", "small")
    assert done.returncode == 2, done.stdout + done.stderr
    (message,) = done.stderr.splitlines()
    assert message.startswith(f"Error: {path}:{line}: ")
    assert [word for word in (*words, "To do: ") if word not in message] == []
    assert not (checkout.settings.home / "lake").exists()


@pytest.mark.parametrize("command", [["retrain", "small"], ["experiment", "status", "small"]])
def test_every_mistake_is_told_at_once(checkout, command):
    path = checkout.model("small", GOOD.replace("0.3", "2").replace("min:", "mn:"))
    first, *mistakes = checkout.run(*command).stderr.splitlines()
    assert first == "Error: 2 mistakes:"
    assert [line.split(": ")[0].strip() for line in mistakes] == [f"{path}:10", f"{path}:14"]


def test_two_models_with_one_name_are_told_with_both_places(checkout):
    one = checkout.model("small", GOOD)
    two = checkout.model(
        "zebra", GOOD.replace("  name: small\n", "").rstrip() + "\n  name: small\n"
    )
    done = checkout.run("retrain", "small")
    two.unlink()
    assert done.returncode == 2
    assert f"'small': {one}:3 and {two}:14. Expected" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_dagsters_own_validation_says_the_same(checkout):
    path = checkout.model("small", GOOD.replace("0.3", "2"))
    command = [sys.executable, "-m", "dagster", "definitions", "validate"]
    done = subprocess.run(
        command, cwd=checkout.folder, env=checkout.environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert f"InputError: {path}:10: `split.holdout` is 2. Expected: " in done.stdout
    assert "ComponentTreeException" not in done.stdout


def test_a_misspelt_model_and_a_project_without_models_are_told(checkout):
    path = checkout.model("small", GOOD)
    assert "the nearest name is 'small'" in checkout.run("retrain", "smal").stderr
    path.unlink()
    done = checkout.run("retrain", "small")
    assert (done.returncode, done.stderr[:29]) == (2, "Error: no model 'small' among")
