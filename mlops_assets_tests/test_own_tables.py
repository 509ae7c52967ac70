"""Tables as people have them, brought in from Parquet and from a warehouse, without editing."""

import numpy as np
import pandas as pd
import pytest
import sqlalchemy

from mlops_assets_tests.checkout import Checkout, make_checkout

pytestmark = pytest.mark.process

ROWS = 600


def messy() -> pd.DataFrame:
    """Gaps, labels, booleans, dates, mixed types, an id and a constant; `churned` is yes or no."""
    draw = np.random.default_rng(0)
    age, visits = draw.integers(18, 90, ROWS), draw.poisson(3, ROWS)
    churned = draw.random(ROWS) < 1 / (1 + np.exp((visits - 3) + (age - 50) / 15))
    table = pd.DataFrame(
        {
            "customer_id": [f"C-{number:05d}" for number in range(ROWS)],
            "age": age.astype(float),
            "visits": visits,
            "country": draw.choice(["DE", "FR", None, "unknown"], ROWS),
            "newsletter": draw.choice(["yes", "no", ""], ROWS),
            "joined": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(draw.integers(0, 700, ROWS), "D"),
            "code": [7 if number % 3 else "seven" for number in range(ROWS)],
            "source": "crm",
            "churned": np.where(churned, "yes", "no"),
        }
    )
    table.loc[draw.random(ROWS) < 0.1, "age"] = np.nan
    return table


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Checkout:
    return make_checkout(tmp_path_factory.mktemp("own"))


def test_a_messy_parquet_table_becomes_a_version_that_serves(checkout):
    table = messy().astype({"code": str}).convert_dtypes(dtype_backend="pyarrow")
    table.to_parquet(checkout.folder / "customers.parquet")
    made = checkout.run("new", "churn", "--parquet", "customers.parquet", "--target", "churned")
    assert made.returncode == 0, made.stderr
    assert "left out   customer_id" in made.stdout
    assert "left out   source" in made.stdout
    done = checkout.run("retrain", "churn")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "serving     version 1" in done.stdout


def test_a_table_of_the_warehouse_becomes_a_version_that_serves(checkout):
    checkout.settings.home.mkdir(exist_ok=True)
    engine = sqlalchemy.create_engine(checkout.settings.warehouse_url)
    messy().astype({"code": str}).to_sql("customers", engine, index=False)
    made = checkout.run("new", "churn_sql", "--sql", "customers", "--target", "churned")
    assert made.returncode == 0, made.stderr
    done = checkout.run("retrain", "churn_sql")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "serving     version 1" in done.stdout


def test_a_name_that_is_taken_is_left_alone_unless_forced(checkout):
    mine = "type: mlops_assets.component.ModelLifecycle\nattributes:\n  name: taken\n"
    before = checkout.model("taken", mine)
    messy().to_csv(checkout.folder / "customers.csv", index=False)
    command = ("new", "taken", "--csv", "customers.csv", "--target", "churned")
    refused = checkout.run(*command)
    assert refused.returncode == 2
    assert "exists already" in refused.stderr
    assert before.read_text() == mine
    assert checkout.run(*command, "--force").returncode == 0
    assert "path: customers.csv" in before.read_text()


def test_a_mistyped_target_is_answered_with_the_nearest_and_writes_nothing(checkout):
    messy().to_csv(checkout.folder / "customers.csv", index=False)
    done = checkout.run("new", "typo", "--csv", "customers.csv", "--target", "churnd")
    assert done.returncode == 2
    assert "'churned'" in done.stderr
    assert not (checkout.folder / "mlops_assets" / "defs" / "typo").exists()
