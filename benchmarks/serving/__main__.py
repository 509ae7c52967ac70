"""Measure the prediction API, print the figures and write its part of docs/benchmarks.md.

  single   one row a request: requests a second, latency and CPU, with mlflow's and BentoML's
  kinds    the same of other estimators, of a regression, and of dates and text
  batches  1,000 rows a request, compared with the model's own predict and with mlflow's
  start    start to first answer, memory of a model, 100 models in one process
  soak     half of the most requests while versions are promoted, for --minutes minutes

Leave the machine alone meanwhile. The page is written when all parts have run. Each figure of the
other parts is measured for as many seconds as the soak takes minutes.

Example:
  python -m benchmarks.serving --only single --minutes 2
"""

from benchmarks.command import Part, run
from benchmarks.report import Report
from benchmarks.serving import batches, kinds, single, soak, start

PARTS: dict[str, Part] = {
    "single": single.run,
    "kinds": kinds.run,
    "batches": batches.run,
    "start": start.run,
    "soak": soak.run,
}
ABOUT = (
    "Servers and clients are processes of one machine and share its cores: CPU is that of the\n"
    "server alone, from /proc. Figures are medians of three rounds in turns (A B A B) with the\n"
    "smallest and the greatest in brackets."
)

if __name__ == "__main__":
    run(
        PARTS,
        Report("Serving", ABOUT),
        module="benchmarks.serving",
        about=str(__doc__),
        repeats="minutes",
        usual=10,
    )
