"""Several promotions of one model at the same moment, each in a process of its own."""

import subprocess
import sys

import pytest

from mlops_assets.platform.mlflow.store import open_store
from mlops_assets.platform.settings import Settings
from mlops_assets.registry.ledger import Ledger
from mlops_assets.registry.registered_model import RegisteredModel
from mlops_assets.spec.stage_names import PRODUCTION
from mlops_assets_tests.databases import DATABASES
from mlops_assets_tests.versions import promoted, registered

pytestmark = pytest.mark.process

PROCESSES = 4
PROMOTE = """
import sys
from datetime import date
from mlops_assets.errors import InputError
from mlops_assets.client import ModelRegistry
from mlops_assets_tests.versions import GATES

number = sys.argv[1]
model = ModelRegistry.from_environment(actor="person " + number).of("churn")
serving = model.at("production")
print("ready", flush=True)
sys.stdin.readline()
try:
    day, seen = date(2026, 1, 5), str(serving.version)
    model.promote(number, why="mine", gates=GATES, since=day, expected=seen)
except InputError as error:
    print(error)
else:
    print("won")
"""


@pytest.fixture(params=DATABASES)
def model(home, monkeypatch, request) -> RegisteredModel:
    """Its ledger is on the database of that kind."""
    if request.param == "postgresql":
        monkeypatch.setenv("LEDGER_URL", request.getfixturevalue("postgres"))
    settings = Settings.from_environment()
    return RegisteredModel(open_store(settings), "churn", Ledger(settings.ledger_url), "anna")


def test_one_wins_and_the_others_say_who(model):
    promoted(model, "f0")
    numbers = [registered(model, f"f{n}") for n in range(1, PROCESSES + 1)]
    running = {
        number: subprocess.Popen(
            [sys.executable, "-c", PROMOTE, number],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in numbers
    }
    assert {process.stdout.readline() for process in running.values()} == {"ready\n"}
    for process in running.values():
        process.stdin.write("go\n")
        process.stdin.flush()
    said = {number: process.communicate()[0].strip() for number, process in running.items()}
    (winner,) = [number for number, text in said.items() if text == "won"]
    assert str(model.at(PRODUCTION).version) == winner
    for number, text in said.items():
        assert number == winner or f"promote {winner} by person {winner}" in text
    served = model.ledger.served("churn")
    assert [entry.serving for entry in served] == [winner, "1"]
    stages = {str(it.version): it.tags["stage"] for it in model.versions()}
    assert [number for number, stage in stages.items() if stage == "production"] == [winner]
