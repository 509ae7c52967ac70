"""A thousand rows a request, compared with the model's own predict and with mlflow's server."""

from __future__ import annotations

from statistics import median
from time import perf_counter

from benchmarks.report import Report, met, progress, spread, table
from benchmarks.serving.models import trained
from benchmarks.serving.servers import Server, mlflows, ours
from benchmarks.serving.single import ROUNDS

ROWS, MOST = 1_000, 1.2
ABOUT = (
    "1,000 rows of heart_disease in one request, one connection, JSON included. `predict` is the\n"
    "model's own predict of the same rows in a process that has them as typed values."
)


def run(report: Report, minutes: int) -> None:
    """Measure the three in turns, and the prediction log by itself."""
    took: dict[str, list[float]] = {"predict": [], "mlops_assets": [], "mlflow": []}
    with trained() as made:
        rows, itself = made.rows(ROWS), made.itself()
        typed = made.typed(rows)
        with (
            ours(made.checkout, made.name) as server,
            mlflows(made.checkout, made.files()) as other,
        ):
            for _ in range(ROUNDS * max(1, minutes)):
                began = perf_counter()
                itself.predict_rows(typed)
                took["predict"].append(1000 * (perf_counter() - began))
                took["mlops_assets"].append(_milliseconds(server, rows))
                took["mlflow"].append(_milliseconds(other, rows))
    progress(str({name: f"{median(them):.0f} ms" for name, them in took.items()}))
    middle = {name: median(them) for name, them in took.items()}
    times = middle["mlops_assets"] / middle["predict"]
    goals = {
        "mlops_assets": f"<= {MOST} of predict: {times:.2f}, {met(times <= MOST)}",
        "mlflow": f"not faster, {met(middle['mlflow'] >= middle['mlops_assets'])}",
    }
    lines = [("", "milliseconds", "goal")]
    lines += [(name, spread(them, ".0f", "ms"), goals.get(name, "")) for name, them in took.items()]
    report.section("A thousand rows a request", ABOUT, table(lines))


def _milliseconds(server: Server, rows: list[dict]) -> float:
    began = perf_counter()
    server.ask(rows)
    return 1000 * (perf_counter() - began)
