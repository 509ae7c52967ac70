"""Render the profile report as an HTML page.

Evidently takes 3 to 6 seconds to import, so this is also a program:
`python -m mlops_assets.data.profile.report rows.parquet spec.json out.html`.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_assets.features.columns import Columns, Role
from mlops_assets.features.dates import readable
from mlops_assets.platform.evidently_page import evidently_page
from mlops_assets.platform.templates import render

if TYPE_CHECKING:
    import pandas as pd
    from evidently import DataDefinition

EMPTY = "(all missing)"
MOST_CLASSES = 20
"""A numeric target with more distinct values than this is shown as numeric."""


def evidently_report(
    table: pd.DataFrame,
    columns: Columns,
    target: str | None,
    path: Path,
    *,
    max_rows: int = 5000,
    seed: int = 0,
) -> None:
    """Write Evidently's data summary of at most `max_rows` random rows to `path`, as HTML.

    Takes about a second plus the imports, and 4 MB, at any size. Values that do not fit their role
    are shown as missing, and a column without values as the label `(all missing)`. Nothing is
    sent anywhere: only Evidently's UI server reports usage.
    """
    if table.empty or not columns.names:
        why = "The table has no rows." if table.empty else "No column may be shown."
        page = render("mlops_assets.data.profile", "nothing_to_show.html.j2", why=why)
        path.write_text(page, encoding="utf-8")
        return
    from evidently import Dataset, Report
    from evidently.presets import DataSummaryPreset

    rows = table.sample(min(len(table), max_rows), random_state=seed).reset_index(drop=True)
    shown, definition = _prepared(rows, columns, target)
    dataset = Dataset.from_pandas(shown, data_definition=definition)
    snapshot = Report([DataSummaryPreset()]).run(current_data=dataset, reference_data=None)
    path.write_text(evidently_page(snapshot), encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Read the rows and `{"columns": …, "target": …}`, write the report."""
    import pandas as pd

    rows, spec, out = map(Path, arguments)
    given = json.loads(spec.read_text())
    columns = Columns.model_validate(given["columns"])
    evidently_report(pd.read_parquet(rows, engine="pyarrow"), columns, given["target"], out)


def _prepared(
    table: pd.DataFrame, columns: Columns, target: str | None
) -> tuple[pd.DataFrame, DataDefinition]:
    """The columns converted for Evidently, and the type of each."""
    import pandas as pd
    from evidently import DataDefinition

    roles = dict(columns.roles())
    if target is not None and target in table:
        roles[target] = _target_role(table[target])
    convert = {"numeric": _numbers, "date": readable}
    types: dict[str, list[str]] = {"numeric": [], "date": [], "text": [], "categorical": []}
    shown = {}
    for name in (name for name in roles if name in table):
        role = roles[name] if roles[name] in types else "categorical"
        values = convert.get(role, _words)(table[name])
        if values.isna().all():
            role, values = "categorical", pd.Series(EMPTY, index=table.index, dtype=object)
        types[role].append(name)
        shown[name] = values
    return pd.DataFrame(shown), DataDefinition(
        numerical_columns=types["numeric"],
        categorical_columns=types["categorical"],
        datetime_columns=types["date"],
        text_columns=types["text"],
    )


def _target_role(values: pd.Series) -> Role:
    import pandas as pd

    numeric = pd.api.types.is_numeric_dtype(values) and values.nunique() > MOST_CLASSES
    return "numeric" if numeric else "categorical"


def _numbers(values: pd.Series) -> pd.Series:
    import numpy as np
    import pandas as pd

    numbers = pd.to_numeric(values, errors="coerce").astype("float64")
    return numbers.where(np.isfinite(numbers))


def _words(values: pd.Series) -> pd.Series:
    return (
        values.astype(object).where(values.isna(), values.astype(str)).where(values.notna(), None)
    )


if __name__ == "__main__":
    # Evidently makes hundreds of thousands of objects that live until the end: collecting and
    # tearing them down takes as long as drawing.
    gc.disable()
    main(sys.argv[1:])
    os._exit(0)
