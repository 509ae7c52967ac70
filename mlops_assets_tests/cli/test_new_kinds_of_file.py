"""`new` on eleven kinds of file, and the retrain after it: a version that passes its gates."""

import pytest
import yaml

from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.cli.files import write_all

pytestmark = pytest.mark.process

KINDS = {
    "timestamped": (
        "minutes",
        "",
        ("timestamp  seen_at", "history    mlops-assets backtest timestamped "),
        ("no loop",),
    ),
    "semicolons": ("churned", "", ("separator ';', decimal ','", "numeric    age"), ()),
    "latin1": ("churned", "", ("encoding 'cp1252'",), ()),
    "no_header": (
        "churned",
        "--column-names age,visits,balance,country,churned",
        ("column_names",),
        (),
    ),
    "wide": ("y", "", ("r2 >= ",), ("left out",)),
    "text": ("good", "", ("text       review",), ()),
    "multiclass": ("target", "", ("accuracy >= ",), ()),
    "regression": ("minutes", "", ("task       regression", "no loop"), ("timestamp  ",)),
    "leaky": ("fare", "", ("left out   total: it leaks", "left out   tip: it leaks"), ()),
    "row_numbers": (
        "churned",
        "",
        (
            "left out   Unnamed: 0: it numbers the rows",
            "left out   row_id: it numbers the rows",
            "left out   index: it numbers the rows",
        ),
        (),
    ),
    "tiny": ("churned", "", ("tried      ", "roc_auc >= "), ()),
}
"""The target, options, and what the report has and has not."""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Checkout:
    checkout = make_checkout(tmp_path_factory.mktemp("kinds"))
    write_all(checkout.folder)
    return checkout


def attributes(checkout: Checkout, name: str) -> dict:
    path = checkout.folder / "mlops_assets" / "defs" / name / "defs.yaml"
    return yaml.safe_load(path.read_text())["attributes"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_becomes_a_version_that_passes_the_gates_written_for_it(checkout, kind):
    target, options, told, untold = KINDS[kind]
    made = checkout.run("new", kind, "--csv", f"{kind}.csv", "--target", target, *options.split())
    assert made.returncode == 0, made.stderr
    assert [words for words in told if words not in made.stdout] == [], made.stdout
    assert [words for words in untold if words in made.stdout] == [], made.stdout
    done = checkout.run("retrain", kind)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAIL" not in done.stdout, done.stdout
    assert "serving     version 1" in done.stdout, done.stdout


def test_a_file_with_times_gets_a_loop_whose_days_can_be_monitored(checkout):
    command = ("new", "looped", "--csv", "timestamped.csv", "--target", "minutes")
    assert checkout.run(*command).returncode == 0
    written = attributes(checkout, "looped")
    assert written["timestamp"] == "seen_at"
    assert str(written["live"]["start"]) == "2026-01-02"
    assert written["performance"] == {"drop": 0.05}
    assert written["schedule"] == {"retrain": "off", "monitor": "off"}
    assert checkout.run("retrain", "looped").returncode == 0
    day = checkout.run("monitor", "looped", "--day", "2026-01-31")
    assert day.returncode == 0, day.stdout + day.stderr
    assert "performance_report" in day.stdout
    column = written["columns"]["numeric"][0]
    drill = checkout.run("drill", "looped", "--column", column, "--shift", "2")
    assert drill.returncode == 0, drill.stderr
    assert "days             simulated, as if rows were independent" in drill.stdout, "8 rows a day"
    assert drill.stdout.splitlines()[-1].startswith("history          mlops-assets backtest looped")


def test_a_model_without_days_says_so_when_it_is_monitored(checkout):
    command = ("new", "dayless", "--csv", "regression.csv", "--target", "minutes")
    assert checkout.run(*command).returncode == 0
    done = checkout.run("monitor", "dayless")
    assert done.returncode == 2
    assert "regression.csv, which cannot be read by day" in done.stderr


def test_a_nightly_retrain_is_given_when_it_is_asked_for(checkout):
    command = ("new", "nightly", "--csv", "tiny.csv", "--target", "churned", "--nightly")
    assert checkout.run(*command).returncode == 0
    assert attributes(checkout, "nightly")["schedule"] == {"retrain": "H 2 * * *"}


def test_a_search_is_written_and_runs(checkout):
    command = ("new", "searched", "--csv", "tiny.csv", "--target", "churned", "--search")
    assert checkout.run(*command).returncode == 0
    assert attributes(checkout, "searched")["model"]["search"]["trials"] == 20
    done = checkout.run("retrain", "searched")
    assert "serving     version 1" in done.stdout, done.stdout + done.stderr


def test_a_file_without_names_is_asked_about_and_its_first_row_is_kept(checkout):
    command = ("new", "nameless", "--csv", "no_header.csv", "--target")
    asked = checkout.run(*command, "churned")
    assert asked.returncode == 2
    assert "the first line of no_header.csv has values, not names" in asked.stderr
    assert "--column-names a,b,…" in asked.stderr
    made = checkout.run(*command, "column_5", "--no-header")
    assert made.returncode == 0, made.stderr
    assert (
        "Proposed from 400 rows"
        in (checkout.folder / "mlops_assets/defs/nameless/defs.yaml").read_text()
    )
