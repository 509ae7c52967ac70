"""Measure what grows with the number of models, and write its part of docs/benchmarks.md.

  run     the process of a run: a retrain and Materialize all, with 1 model and with `--models`
  again   a retrain that changes nothing
  load    loading and serving the code location, with Dagster's own share
  night   retrains of 1,000 rows, as many at a time as there are cores, and plain scripts
  ray     a retrain of 100,000 rows on a Ray cluster, and by the code server

`load`, `again` and `night` have both sides in one run: this state, and the one before a run loaded
only its own model. With `--models 20`, say, 20 retrains are executed and the night of 500 is
computed from them; all 500 models are there in either case.

Example:
  python -m benchmarks.scale --only run,load --models 200
"""

from benchmarks.command import Part, run
from benchmarks.report import Report
from benchmarks.scale import again, load, night, on_ray, run_process

PARTS: dict[str, Part] = {
    "run": run_process.run,
    "again": again.run,
    "load": load.run,
    "night": night.run,
    "ray": on_ray.run,
}

if __name__ == "__main__":
    run(
        PARTS,
        Report("Many models"),
        module="benchmarks.scale",
        about=str(__doc__),
        repeats="models",
        usual=500,
        least=2,
    )
