"""NannyML, run by its own Python as `-m benchmarks.loop.power_nannyml REFERENCE BLOCKS`.

Both tables have the column `block`, a timestamp by which NannyML makes its chunks, and BLOCKS has
`case`. This file may import only what NannyML's environment has.
"""

import sys
import warnings

import nannyml
import pandas as pd

from benchmarks.loop.child import answer


def main() -> None:
    """Print for each case the share of blocks with an alert on any column."""
    warnings.simplefilter("ignore")
    reference, blocks = (pd.read_parquet(path) for path in sys.argv[1:])
    columns = [name for name in reference if name != "block"]
    labels = [name for name in columns if not pd.api.types.is_numeric_dtype(reference[name])]
    calculator = nannyml.UnivariateDriftCalculator(
        column_names=columns,
        treat_as_categorical=labels,
        timestamp_column_name="block",
        chunk_period="D",
    ).fit(reference)
    shares = {
        str(case): _alerts(calculator.calculate(rows.drop(columns="case")), len(columns))
        for case, rows in blocks.groupby("case")
    }
    answer(shares=shares)


def _alerts(result: object, columns: int) -> float:
    table = result.filter(period="analysis").to_df()
    alerts = table.loc[:, [it for it in table.columns if it[-1] == "alert"]]
    if alerts.shape[1] != columns:
        raise RuntimeError(f"{alerts.shape[1]} alert columns for {columns} columns")
    return float(alerts.any(axis=1).mean())


if __name__ == "__main__":
    main()
