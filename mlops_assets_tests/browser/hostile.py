"""A model whose columns, classes and values try to run something in whatever page shows them."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.running_up import answers
from mlops_assets_tests.server import free_port, wait_until

MODEL, TRAINED, DAY = "hostile", "2026-01-04", "2026-01-05"
SCRIPT = "</script><script>window.ran=1</script>"
IMAGE = '"><img src=x onerror="window.ran=1">'
FRAME = "<iframe src='http://evil.invalid/frame' onload='window.ran=1'></iframe>"
PICTURE = "![p](http://evil.invalid/pixel.png)"
LINK = "[click](javascript:window.ran=1) <http://evil.invalid> http://evil.invalid/bare"
FORMULA = "$x_{$ | **bold** `code` \\"
TARGET = f"y {SCRIPT}"
CLASSES = (f"no {IMAGE}", f"yes {PICTURE}")
LABELS = (SCRIPT, IMAGE, FRAME, PICTURE, LINK, "two\nlines | `of` <b>text</b>")
SENSITIVE = f"s {IMAGE}"
COLUMNS = {
    "numeric": [f"n {SCRIPT}", f"n {PICTURE}", f"n {FORMULA}"],
    "categorical": [f"c {IMAGE}", f"c {LINK}"],
    "boolean": [f"b {FRAME}"],
    "text": [f"t {SCRIPT}"],
    "date": [f"d {PICTURE}"],
}


def rows(count: int, shift: float = 0.0) -> pd.DataFrame:
    """Rows whose first number decides the class; `shift` is added to it."""
    numbers = [(7 * i) % 101 / 101 for i in range(count)]
    table = pd.DataFrame({"id": range(count)})
    for at, name in enumerate(COLUMNS["numeric"]):
        table[name] = [(number + shift) * (at + 1) for number in numbers]
    for at, name in enumerate(COLUMNS["categorical"]):
        table[name] = [LABELS[(i + at) % len(LABELS)] for i in range(count)]
    (flag,), (text,), (date,) = COLUMNS["boolean"], COLUMNS["text"], COLUMNS["date"]
    table[flag] = [i % 3 == 0 for i in range(count)]
    table[text] = [f"{LABELS[i % len(LABELS)]} {IMAGE} {'x' * (i % 50)}" for i in range(count)]
    table[date] = [f"2025-{1 + i % 12:02d}-01" for i in range(count)]
    table[SENSITIVE] = [LABELS[i % 2] for i in range(count)]
    table[TARGET] = [CLASSES[(number > 0.5) != (i % 10 == 0)] for i, number in enumerate(numbers)]
    return table


def hostile_checkout(folder: Path) -> Checkout:
    """The model, retrained twice, with a drifted day and its comparison in `compared.html`."""
    checkout = make_checkout(folder)
    attributes = {
        "name": MODEL,
        "source": {"type": "csv", "path": str(folder / "rows.csv")},
        "live": {"source": {"type": "csv", "path": str(folder / "{day}.csv")}},
        "target": TARGET,
        "identity": ["id"],
        "columns": COLUMNS,
        "context": {"sensitive": [SENSITIVE]},
        "description": "A model for a test.",
        "model": {"type": "sklearn", "estimator": "sklearn.linear_model.LogisticRegression"},
        "gates": {"accuracy": {"min": 0.5}},
    }
    text = json.dumps({"type": "mlops_assets.component.ModelLifecycle", "attributes": attributes})
    checkout.model(MODEL, text)
    rows(600).to_csv(folder / "rows.csv", index=False)
    rows(200, shift=2.0).to_csv(folder / f"{DAY}.csv", index=False)
    checkout.play((MODEL, "retrain", TRAINED), (MODEL, "monitor", DAY))
    rows(610).to_csv(folder / "rows.csv", index=False)
    checkout.play((MODEL, "retrain", DAY))
    done = checkout.run("compare", MODEL, "1", "2", "--html", "compared.html")
    assert done.returncode == 0, done.stderr
    return checkout


@dataclass(frozen=True)
class Servers:
    """The addresses of both servers of `mlops-assets up`."""

    checkout: Checkout
    dagster: str
    mlflow: str

    @property
    def url(self) -> str:
        """Where a page begins."""
        return self.dagster


@contextmanager
def both_servers(checkout: Checkout) -> Iterator[Servers]:
    """A running `mlops-assets up` whose pages answer."""
    ports = {"DAGSTER_PORT": str(free_port()), "MLFLOW_PORT": str(free_port())}
    dagster, mlflow = (f"http://127.0.0.1:{port}" for port in ports.values())
    ports["SERVING_PORT"] = str(free_port())
    process = subprocess.Popen(
        [sys.executable, "-m", "mlops_assets.cli", "up"],
        cwd=checkout.folder,
        env={**checkout.environment, **ports},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: answers(f"{dagster}/server_info"), 90)
        wait_until(lambda: answers(f"{mlflow}/health"), 60)
        yield Servers(checkout, dagster, mlflow)
    finally:
        process.terminate()
        process.wait(45)
