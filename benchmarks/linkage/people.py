"""Simulated citizens as Parquet: `python -m benchmarks.linkage.people ROWS SEED ID_IS FOLDER`."""

import sys
from pathlib import Path
from typing import get_args

from benchmarks.checkout import ROOT
from benchmarks.process import measure
from mlops_assets.simulators.citizens import IdIs, population

CITIZENS, TRUTH = "citizens.parquet", "citizens_truth.parquet"


def people(folder: Path, rows: int, seed: int, id_is: IdIs = "person") -> Path:
    """Fill `folder` with the citizens and the ground truth.

    A separate process does so, because later measurements include the memory of this one.
    """
    folder.mkdir()
    given = [str(rows), str(seed), id_is, str(folder)]
    measure(["-m", "benchmarks.linkage.people", *given], ROOT)
    return folder


def main(rows: str, seed: str, id_is: str, folder: str) -> None:
    """Write both tables."""
    (known,) = [it for it in get_args(IdIs) if it == id_is]
    citizens, ground_truth = population(int(rows), seed=int(seed), id_is=known)
    citizens.to_parquet(Path(folder) / CITIZENS, index=False)
    ground_truth.to_parquet(Path(folder) / TRUTH, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
