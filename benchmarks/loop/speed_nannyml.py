"""NannyML, run by its own Python as `-m benchmarks.loop.speed_nannyml METHOD REFERENCE …`.

METHOD is that of the numeric columns: `jensen_shannon`, its default, or `wasserstein`. This file
may import only what NannyML's environment has.
"""

import sys
import warnings

import nannyml
import pandas as pd

from benchmarks.loop.child import answer, timed


def main() -> None:
    """Fit on the reference, and calculate the day as one chunk."""
    warnings.simplefilter("ignore")  # it warns about a single chunk
    method, *paths = sys.argv[1:]
    reference, current = (pd.read_parquet(path) for path in paths)
    labels = [name for name in reference if not pd.api.types.is_numeric_dtype(reference[name])]
    calculator = nannyml.UnivariateDriftCalculator(
        column_names=list(reference),
        treat_as_categorical=labels,
        continuous_methods=[method],
        chunk_number=1,
    )
    fitted, _ = timed(lambda: calculator.fit(reference))
    seconds, _ = timed(lambda: calculator.calculate(current))
    answer(reference=fitted, seconds=seconds, version=nannyml.__version__)


if __name__ == "__main__":
    main()
