"""Bad inputs for the small model: what each does to its world, where it stops, what is said."""

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import pandas as pd

from mlops_assets_tests.world import World, small_table


class Bad(NamedTuple):
    """A bad input: the name of the child that fails, and words of its reason."""

    arrange: Callable[[World], Any]
    child: str
    words: tuple[str, ...]


def spec(**keys: Any) -> Callable[[World], Any]:
    """Other keys in the model's spec."""
    return lambda world: world.spec.update(keys)


def model(**keys: Any) -> Callable[[World], Any]:
    """Other keys below `model`."""
    return lambda world: world.spec.update(model={**world.spec["model"], **keys})


def content(content: bytes) -> Callable[[World], Any]:
    """Another content of the CSV file."""
    return lambda world: world.csv.write_bytes(content)


def column(name: str, values: Any, **keys: Any) -> Callable[[World], Any]:
    """Another column in the CSV file, and other keys in the spec."""
    return partial(_column, name=name, values=values, keys=keys)


def _column(world: World, *, name: str, values: Any, keys: dict[str, Any]) -> None:
    table = small_table()
    table[name] = values(table) if callable(values) else values
    table.to_csv(world.csv, index=False)
    world.spec.update(keys)


def once(value: Any, name: str) -> Callable[[pd.DataFrame], list]:
    """The column `name` with `value` in row 3."""
    return lambda table: [value if i == 3 else v for i, v in enumerate(table[name])]


def folder(world: World) -> None:
    """A folder where the file should be."""
    world.csv.unlink()
    world.csv.mkdir()


def misspelt_file(world: World) -> None:
    """A file of nearly the same name."""
    world.csv.rename(world.csv.with_name("tables.csv"))


def misspelt_table(world: World) -> None:
    """A warehouse that has a table of nearly the same name."""
    with sqlite3.connect(world.settings.home / "warehouse.db") as connection:
        small_table().to_sql("customers", connection)
    world.spec.update(source={"type": "sql", "table": "customer"})


def separated(separator: str) -> Callable[[World], Any]:
    """The file with another separator."""
    return lambda world: small_table().to_csv(world.csv, index=False, sep=separator)


def rows(count: int) -> Callable[[World], Any]:
    """So many rows."""
    return lambda world: small_table(count).to_csv(world.csv, index=False)


def many_classes(world: World) -> None:
    """A target with 100,000 labels, each of them there twice."""
    table = small_table(200_000)
    table.assign(y=table.index // 2).to_csv(world.csv, index=False)


DATE = {"columns": {"numeric": ["x"], "date": ["d"]}}
SAVE_AS_UTF8 = ("is not UTF-8 text", "iconv -f LATIN1 -t UTF-8")
IN_CP1252 = ("is not UTF-8 text", "`encoding: cp1252`")
BAD = {
    "missing file": Bad(
        misspelt_file,
        "raw_data",
        ("no file", "table.csv; the nearest name is 'tables.csv'", "or put the file there"),
    ),
    "folder": Bad(folder, "raw_data", ("table.csv is a folder", "name a file in it")),
    "empty file": Bad(content(b""), "raw_data", ("No columns to parse", "check the first lines")),
    "header only": Bad(
        content(b"x,c,y\n"),
        "raw_data",
        ("no rows; its columns are ['x', 'c', 'y']", "has been filled"),
    ),
    "binary file": Bad(content(bytes(range(256))), "raw_data", SAVE_AS_UTF8),
    "latin-1": Bad(content("x,c,y\n1,é,1\n".encode("latin-1")), "raw_data", IN_CP1252),
    "wrong separator": Bad(
        separated(";"), "raw_data", ("a single column 'x;c;y'", 'separator: ";"')
    ),
    "duplicate columns": Bad(
        content(b"x,c,x,y\n1,a,1,0\n"),
        "raw_data",
        ("more than one column named ['x']", "rename or remove"),
    ),
    "no such table": Bad(
        misspelt_table,
        "raw_data",
        (
            'relation "customer" does not exist',
            "the nearest name is 'customers'",
            "create and fill the table 'customer'",
            "WAREHOUSE_URL",
        ),
    ),
    "no such timestamp": Bad(
        spec(timestamp="when"), "raw_data", ("no column 'when' among", "correct the name")
    ),
    "target missing": Bad(
        spec(target="Y"),
        "has_expected_columns",
        ("no column 'Y'; the nearest name is 'y'", "correct the names in defs.yaml"),
    ),
    "one class": Bad(
        column("y", 1), "target_varies", ("1 classes of 'y': ['1']", "2 to 200 classes", "filter")
    ),
    "target with nulls": Bad(
        column("y", once(None, "y")),
        "no_missing_target",
        ("1 of 400 rows have no 'y'", "drop rows without a target"),
    ),
    "target of names": Bad(
        column("y", lambda table: [f"name {i}" for i in table.index]),
        "target_varies",
        ("400 classes of 'y' in 400 rows", "task: regression"),
    ),
    "100,000 classes": Bad(
        many_classes, "target_varies", ("100000 classes of 'y' in 200000 rows", "2 to 1000 classes")
    ),
    "three rows": Bad(rows(3), "has_enough_rows", ("3 rows", "at least 50", "minimum_rows")),
    "text in numbers": Bad(
        column("x", "red"),
        "columns_fit_their_roles",
        ("'x' has 400 of 400 values that are not valid numeric values", "['red']", "another role"),
    ),
    "infinity": Bad(
        column("x", once(float("inf"), "x")),
        "columns_fit_their_roles",
        ("'x' has 1 of 400 values that are infinite", "replace them with missing values"),
    ),
    "empty column": Bad(
        column("x", None),
        "no_empty_column",
        ("only missing values in ['x']", "leave the column out"),
    ),
    "date out of range": Bad(
        column("d", lambda table: ["9999-12-31", *["2026-01-31"] * 399], **DATE),
        "columns_fit_their_roles",
        (
            "1 of 400 values that are not valid date values",
            "['9999-12-31']",
            "dates from 1678 to 2261",
        ),
    ),
    "no such date": Bad(
        column("d", "2026-02-31", **DATE), "columns_fit_their_roles", ("['2026-02-31']",)
    ),
    "no such identity": Bad(
        spec(identity=["number"]), "no_repeated_identity", ("no column 'number'", "`identity`")
    ),
    "class on one side": Bad(
        column("y", once("rare", "y")),
        "both_sides_have_every_class",
        ("1 classes on one side only: ['rare']", "provide more rows"),
    ),
    "no such positive": Bad(
        spec(positive="yes"),
        "features",
        ("the positive label 'yes' is not among ['0', '1']", "correct `positive`"),
    ),
    "no such estimator": Bad(
        model(estimator="sklearn.linear_model.LogisticRegresion"),
        "trained_model",
        ("has no 'LogisticRegresion'; the nearest name is 'LogisticRegression'", "correct"),
    ),
    "no such module": Bad(
        model(estimator="sklearn.linear.LogisticRegression"),
        "trained_model",
        ("No module named 'sklearn.linear'", "correct `estimator` in defs.yaml"),
    ),
    "forbidden estimator": Bad(
        model(estimator="subprocess.Popen"),
        "trained_model",
        ("'subprocess.Popen' is outside the allowed prefixes", "['sklearn.', 'mlops_assets.']"),
    ),
    "no such parameter": Bad(
        model(params={"max_itr": 3}),
        "trained_model",
        ("'max_itr', not a parameter of", "nearest name is 'max_iter'", "under `params`"),
    ),
    "refused parameter": Bad(
        model(params={"C": "1e-3"}),
        "trained_model",
        ("Got '1e-3' instead", "YAML reads 1e-3 as text: write 1.0e-3"),
    ),
}
