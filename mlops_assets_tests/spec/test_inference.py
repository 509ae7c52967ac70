"""Proposals for tables as they come: scikit-learn's, and a messy one made by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine

from mlops_assets.errors import InputError
from mlops_assets.features.columns import typed_features
from mlops_assets.spec.inference import propose
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.spec.proposal import Proposal
from mlops_assets.tasks.classification import CLASSIFICATION
from mlops_assets.tasks.regression import REGRESSION
from mlops_assets_tests.cli.files import taxis

SOURCE = {"type": "csv", "path": "customers.csv"}
ROWS = 400


def messy() -> pd.DataFrame:
    """400 customers: every kind of column that people have, and some they should not use."""
    rng = np.random.default_rng(0)
    days = pd.Timestamp("2024-01-31") + pd.to_timedelta(rng.integers(0, 700, ROWS), "D")
    words = np.array(["the", "bill", "was", "wrong", "and", "nobody", "called", "me", "back"])
    churned = rng.random(ROWS) < 0.3
    table = {
        "Unnamed: 0": range(ROWS),
        "customerID": [f"C-{number}" for number in rng.permutation(ROWS)],
        "income": rng.normal(50_000, 9_000, ROWS).round(2),
        "children": rng.integers(0, 5, ROWS),
        "age as text": rng.choice(["31", "45", "?", "62"], ROWS),
        "mixed": rng.choice(["12", "twelve", "n/a"], ROWS),
        "plan": rng.choice(["basic", "plus", None], ROWS),
        "zip": rng.choice(["01067", "10115", "80331"], ROWS),
        "store_id": rng.choice([11, 12, 13, 99], ROWS),
        "active": rng.choice([True, False], ROWS),
        "newsletter": rng.choice(["yes", "No", ""], ROWS),
        "flag": rng.choice([0.0, 1.0, np.nan], ROWS),
        "mobile": rng.choice(["Y", None], ROWS),
        "joined": days.strftime("%Y-%m-%d"),
        "last seen": days + pd.Timedelta("3h"),
        "comment": [" ".join(rng.choice(words, 12)) for _ in range(ROWS)],
        "salary": [f"{n:,}" for n in rng.integers(20_000, 90_000, ROWS)],
        "country": "DE",
        "empty": [None] * ROWS,
        "blank": ["n/a"] * ROWS,
        "left": np.where(churned, "gone", "here"),
        "cancelled on": np.where(churned, days.strftime("%d.%m.%Y"), None),
        "churned": np.where(churned, "Yes", "No"),
    }
    return pd.DataFrame(table)


def proposal(table: pd.DataFrame, target: str, **fields) -> Proposal:
    return propose(table, name="churn", target=target, source=SOURCE, **fields)


def numbers(target: list, **columns) -> pd.DataFrame:
    x = np.random.default_rng(0).normal(size=len(target))
    return pd.DataFrame({"x": x, **columns, "y": target})


def test_roles_of_the_messy_table():
    assert proposal(messy(), "churned").columns.model_dump() == {
        "numeric": ["income", "children", "age as text"],
        "categorical": ["mixed", "plan", "zip", "store_id", "mobile"],
        "boolean": ["active", "newsletter", "flag"],
        "date": ["joined", "last seen"],
        "text": ["comment"],
    }


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ("Unnamed: 0", "numbers the rows"),
        ("customerID", "identifies the rows"),
        ("salary", "written as text"),
        ("country", "same in every row: 'DE'"),
        ("empty", "no values"),
        ("blank", "no values"),
        ("left", "leaks the target"),
        ("cancelled on", "leaks the target"),
    ],
)
def test_reasons_of_the_messy_table(column, reason):
    assert reason in proposal(messy(), "churned").left_out[column]


def test_every_column_is_used_or_left_out():
    found = proposal(messy(), "churned")
    assert sorted([*found.columns.names, *found.left_out, "churned"]) == sorted(messy())


def test_the_messy_table_has_the_types_that_its_roles_promise():
    found = proposal(messy(), "churned")
    assert typed_features(messy(), found.columns).shape == (ROWS, len(found.columns.names))


def test_what_else_the_messy_table_gives():
    found = proposal(messy(), "churned")
    assert (found.task, found.positive, found.identity) == (CLASSIFICATION, "Yes", ["customerID"])


def test_breast_cancer():
    found = proposal(load_breast_cancer(as_frame=True).frame, "target")
    assert (found.task, found.positive, len(found.columns.numeric)) == (CLASSIFICATION, 1, 30)
    assert found.gates["roc_auc"] == {"min": 0.7}


def test_wine():
    found = proposal(load_wine(as_frame=True).frame, "target")
    assert (found.task, found.positive, len(found.columns.numeric)) == (CLASSIFICATION, None, 13)
    # 71 of 178 rows are of the most frequent kind.
    assert found.gates["accuracy"]["min"] == round(71 / 178 + (107 / 178) / 3, 2)


def test_diabetes():
    found = proposal(load_diabetes(as_frame=True).frame, "target")
    assert (found.task, found.positive, len(found.columns.names)) == (REGRESSION, None, 10)
    assert found.gates["r2"] == {"min": 0.1}


@pytest.mark.parametrize(
    "table",
    [
        (messy(), "churned"),
        (load_wine(as_frame=True).frame, "target"),
        (load_diabetes(as_frame=True).frame, "target"),
    ],
    ids=["messy", "wine", "diabetes"],
)
def test_a_model_can_be_built_from_the_proposal(table):
    spec = LifecycleSpec.model_validate(proposal(*table).attributes())
    assert spec.target == table[1]


def test_numbers_in_text_are_numbers():
    found = proposal(numbers(["1.5", "2", "?", "7.25"] + [str(n) for n in range(50)]), "y")
    assert (found.task, found.rows) == (REGRESSION, 53)


def test_a_given_task_is_taken():
    assert proposal(numbers([1, 2, 3] * 20), "y", task=REGRESSION).task is REGRESSION


def test_rows_without_target_are_counted_and_left_to_the_user():
    found = proposal(numbers(["a", "b", None, ""] * 100), "y")
    assert found.rows == 200
    assert any("200 of 400 rows have no 'y'" in warning for warning in found.warnings)


def test_a_word_in_a_target_of_words_is_a_class_that_is_named():
    found = proposal(numbers(["a", "b", "None", "b"] * 100), "y")
    assert (found.rows, found.missing, found.source) == (400, {}, SOURCE)
    assert "'None' 100 rows" in found.warnings[0]


def test_a_word_in_a_target_of_numbers_is_missing_and_the_source_knows():
    found = proposal(numbers(["0", "1", "NA", "1"] * 100), "y")
    assert (found.rows, found.missing) == (300, {"y": {"NA": 100}})
    assert found.source == {**SOURCE, "missing": {"y": ["NA"]}}
    assert found.positive == 1


def test_the_words_taken_for_missing_are_counted():
    table = messy().assign(plan=["basic", "plus", "NA", "none"] * 100)
    assert proposal(table, "churned").missing == {
        "age as text": {"?": (messy()["age as text"] == "?").sum()},
        "mixed": {"n/a": (messy()["mixed"] == "n/a").sum()},
        "plan": {"NA": 100},
    }


@pytest.mark.parametrize("codes", [["01067", "10115"], ["1E3", "2E7"], ["+4915112345", "1"]])
def test_codes_are_no_numbers(codes):
    found = proposal(numbers([0, 1] * 50, code=codes * 50), "y")
    assert "code" in found.columns.categorical or "leaks" in found.left_out["code"]


def test_an_ordinary_table_has_no_warnings():
    assert proposal(messy(), "churned").warnings == []


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (numbers([1, 2] * 9).rename(columns={"y": "churned"}), "no column 'y'"),
        (numbers([1] * 9), "the target 'y' is always '1'"),
        (numbers([None, ""] * 9), "the target 'y' is empty in every row"),
        (numbers([f"n{n}" for n in range(40)]), "40 distinct labels in 40 rows"),
        (pd.DataFrame({"y": [0, 1] * 9}), "no column to predict 'y' from"),
        (pd.DataFrame({"c": [7] * 18, "y": [0, 1] * 9}), "'c': it is the same in every row: '7'"),
        (pd.DataFrame({"x": [], "y": []}), "no rows"),
        (numbers([0.5, float("inf"), *range(38)]), "'y' has 1 of 40 values that are infinite"),
        (numbers([f"n{n}" for n in range(1001)] * 4), "1001 distinct labels.*at most 1,000"),
    ],
)
def test_unusable_tables(table, message):
    with pytest.raises(InputError, match=message):
        proposal(table, "y")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([f"{n},000" for n in range(40)], "numbers as text, such as '0,000'"),
        ([f"{n % 25}%" for n in range(400)], "numbers as text, such as '0%'"),
        ([f"{n % 25},5" for n in range(400)], "numbers as text, such as '0,5'"),
        (["#DIV/0!", *range(39)] * 10, r"such as '0', and other text, such as \['#DIV/0!'\]"),
    ],
)
def test_a_target_of_numbers_in_text_is_a_question_unless_the_task_is_given(values, words):
    table = numbers(list(map(str, values)))
    with pytest.raises(InputError, match=f"{words}.*`--task classification`"):
        proposal(table, "y")
    if table["y"].nunique() < len(table) / 2:
        assert proposal(table, "y", task=CLASSIFICATION).task is CLASSIFICATION


@pytest.mark.parametrize("labels", [["10%", "20%"], ["1,5", "2,5", "3,5"], ["007", "008", "1999"]])
def test_a_few_labels_and_codes_are_classes_also_if_written_with_digits(labels):
    assert proposal(numbers(labels * 20), "y").task is CLASSIFICATION


def test_codes_with_leading_zeros_are_labels_however_many():
    assert proposal(numbers([f"{n % 30:03}" for n in range(300)]), "y").task is CLASSIFICATION


@pytest.mark.parametrize("gap", [[], [None]])
def test_true_and_false_are_the_same_labels_with_a_gap(gap):
    found = proposal(numbers([*gap, *[True, False] * 40]), "y")
    assert (found.task, found.positive) == (CLASSIFICATION, 1)


@pytest.mark.parametrize("word", ["Total", "Grand total", "Summe:", " total "])
def test_a_last_row_that_is_a_total_is_a_question(word):
    table = numbers(list(range(40)), region=[*["north", "south"] * 19, "west", word])
    with pytest.raises(InputError, match=f"the last row has '{word}' in 'region'.*remove that"):
        proposal(table, "y")


def test_a_label_that_reads_like_a_total_is_none():
    table = numbers(list(range(40)), scope=["partial", "total"] * 20)
    assert proposal(table, "y").columns.categorical == ["scope"]


def dated(**columns) -> pd.DataFrame:
    """40 rows; `born` is complete and in no order, `gone` has a gap."""
    days = pd.Series(pd.date_range("2026-01-01", periods=40))
    born = days.sample(40, random_state=1).to_numpy()
    return numbers(np.arange(40) % 7 * 1.5, born=born, gone=[None, *days[1:]], **columns)


def test_the_dates_in_whose_order_the_rows_are_become_the_timestamp():
    for seen in (
        pd.date_range("2026-01-01", periods=40),
        pd.date_range("2026-02-09", periods=40)[::-1],
    ):
        found = proposal(dated(seen=seen), "y")
        assert found.timestamp == "seen"
        assert (found.timestamps, found.no_loop) == ([], "")


def test_days_written_with_the_day_first_are_in_order_too():
    seen = pd.date_range("2026-01-01", periods=40).strftime("%d.%m.%Y")
    found = proposal(dated(seen=seen), "y")
    assert found.timestamp == "seen"
    assert found.attributes()["live"] == {"start": date(2026, 1, 11)}


def test_other_complete_dates_are_offered_as_timestamp():
    found = proposal(dated(), "y")
    assert found.timestamps == ["born"]
    assert "not clear that 'born'" in found.no_loop
    assert {"timestamp", "live"} & set(found.attributes()) == set()
    assert proposal(dated(), "y", timestamp="born").attributes()["timestamp"] == "born"


def test_a_timestamp_can_be_refused_and_must_be_one():
    table = dated(seen=pd.date_range("2026-01-01", periods=40))
    assert proposal(table, "y", timestamp="none").timestamp == ""
    with pytest.raises(InputError, match="'gone' as the timestamp"):
        proposal(table, "y", timestamp="gone")


def test_few_days_are_too_few_for_a_loop():
    found = proposal(
        dated(seen=pd.Series(pd.date_range("2026-01-01", periods=8)).repeat(5).to_numpy()), "y"
    )
    assert found.no_loop == "no daily monitoring: 'seen' has only 8 days, and 20 are needed"


@pytest.mark.parametrize(
    ("source", "fields", "schedule"),
    [
        (SOURCE, {"today": date(2026, 2, 10)}, {"retrain": "off", "monitor": "H 4 * * *"}),
        (SOURCE, {"today": date(2026, 2, 20)}, {"retrain": "off", "monitor": "off"}),
        (
            SOURCE,
            {"today": date(2026, 2, 20), "nightly": True},
            {"retrain": "H 2 * * *", "monitor": "off"},
        ),
        ({"type": "sql", "table": "t"}, {}, {"retrain": "H 2 * * *", "monitor": "H 4 * * *"}),
    ],
)
def test_a_file_that_never_changes_is_left_alone(source, fields, schedule):
    table = dated(seen=pd.date_range("2026-01-01", periods=40))
    found = propose(table, name="m", target="y", source=source, **fields).attributes()
    assert found["schedule"] == schedule
    assert LifecycleSpec.model_validate(found).is_monitored


def test_a_row_number_that_begins_again_is_one_still():
    table = numbers(list(np.arange(60) % 7 * 1.5), row_id=[*range(30), *range(30)])
    assert "numbers the rows" in proposal(table, "y").left_out["row_id"]


def test_a_column_that_nearly_gives_the_target_is_a_leak():
    draw = np.random.default_rng(0)
    y = draw.normal(size=300)
    table = numbers(
        list(y), copied=2 * y + draw.normal(0, 0.05, 300), helps=y + draw.normal(0, 1, 300)
    )
    found = proposal(table, "y")
    assert "leaks the target: alone it tells 99." in found.left_out["copied"]
    assert "helps" in found.columns.numeric


def test_a_column_that_tells_most_of_the_target_is_named():
    draw = np.random.default_rng(0)
    y = draw.normal(size=300)
    found = proposal(numbers(list(y), close=y + draw.normal(0, 0.2, 300)), "y")
    assert "close" in found.columns.numeric
    assert "'close' alone tells 9" in found.warnings[0]


def test_a_column_that_decides_the_class_is_a_leak():
    days = np.random.default_rng(0).integers(0, 90, 300)
    found = proposal(numbers(list((days > 40).astype(int)), days_since_exit=days), "y")
    assert "leaks the target" in found.left_out["days_since_exit"]


def test_columns_that_nearly_add_up_to_the_target_are_a_leak():
    table = parts(300)
    table["y"] += np.random.default_rng(1).integers(0, 4, 300)
    found = proposal(table, "y")
    assert found.columns.names == ["day", "wind"]
    assert "nearly 'registered' + 'casual'" in found.left_out["casual"]


def test_a_difference_that_is_nearly_the_target_is_a_leak():
    found = proposal(taxis(), "fare")
    assert found.columns.names == ["distance", "passengers"]
    assert "nearly 'total' - 'tolls' - 'tip'" in found.left_out["total"]


def parts(rows: int = 200) -> pd.DataFrame:
    """Counts of which `casual` and `registered` add up to `y`, and two others."""
    rng = np.random.default_rng(3)
    casual, registered = rng.poisson(5, rows), rng.poisson(40, rows)
    others = {"day": rng.integers(0, 7, rows), "wind": rng.normal(size=rows)}
    table = {**others, "casual": casual, "registered": registered, "y": casual + registered}
    return pd.DataFrame(table)


def test_columns_that_add_up_to_the_target_are_a_leak():
    found = proposal(parts(), "y")
    assert found.columns.names == ["day", "wind"]
    assert set(found.left_out) == {"casual", "registered"}
    assert "'casual' and 'registered' add up to exactly" in found.left_out["casual"]


def test_other_columns_that_add_up_to_the_target_are_found_too():
    table = parts()
    table = table.assign(men=table["y"] // 3, women=table["y"] - table["y"] // 3)
    assert proposal(table, "y").columns.names == ["day", "wind"]


def about_f(values: list) -> list[str]:
    """The warnings about a column `f` of 61 values."""
    found = proposal(numbers([n % 20 * 1.5 for n in range(61)], f=values), "y").warnings
    return [warning for warning in found if "'f'" in warning]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["TRUE", "FALSE"] * 30 + ["TRU"], "'f' is yes or no, and has 'TRU' only once"),
        ([1, 0] * 30 + [2], "'f' is yes or no, and has '2' only once"),
        ([False] * 60 + [True], "'f' is yes or no, and has 'True' only once"),
        ([str(n % 30) for n in range(60)] + ["n.k."], "'f' has numbers, and 'n.k.'"),
    ],
)
def test_values_that_do_not_go_with_the_others_are_shown(values, words):
    (warning,) = about_f(values)
    assert warning.startswith(words)


@pytest.mark.parametrize(
    "values", [["a", "b"] * 30 + ["c"], [0, 1, 2] * 20 + [3], ["1"] * 60 + ["x"]]
)
def test_a_rare_label_of_another_column_is_none_of_these(values):
    assert about_f(values) == []


def test_missing_target_names_the_nearest():
    with pytest.raises(InputError, match="nearest name is 'churned'"):
        proposal(messy(), "churn")


def test_text_is_no_quantity():
    with pytest.raises(InputError, match="not numbers, such as 'a'"):
        proposal(numbers(["a", "b"] * 9), "y", task=REGRESSION)
