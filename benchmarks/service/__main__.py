"""Measure the registry's service, print the figures and write its part of docs/benchmarks.md.

  loads       load_model: first, from the copy on disk, again, and 1,000 times a second
  production  a retrain on PostgreSQL, MLflow's server with a login, and S3; and embedded

Example:
  python -m benchmarks.service --only loads --rounds 1
"""

from benchmarks.command import Part, run
from benchmarks.report import Report
from benchmarks.service import loads, production

PARTS: dict[str, Part] = {"loads": loads.run, "production": production.run}

if __name__ == "__main__":
    run(
        PARTS,
        Report("The service"),
        module="benchmarks.service",
        about=str(__doc__),
        repeats="rounds",
        usual=5,
    )
