"""What `mlops-assets new` says of input it cannot use, and that it then writes nothing."""

import gzip
from zipfile import ZipFile

import pandas as pd
import pytest

from mlops_assets.cli.new import chosen
from mlops_assets.errors import InputError
from mlops_assets.tasks.registry import TASKS
from mlops_assets.tasks.regression import Regression
from mlops_assets_tests.checkout import Checkout, make_checkout
from mlops_assets_tests.world import small_table, small_yaml

pytestmark = pytest.mark.process

MODEL = small_yaml("taken")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Checkout:
    checkout = make_checkout(tmp_path_factory.mktemp("new"))
    table = small_table()
    table.to_csv(checkout.folder / "table.csv", index=False)
    table.to_csv(checkout.folder / "semicolons.csv", index=False, sep=";")
    table.replace("a", "é").to_csv(checkout.folder / "latin1.csv", index=False, encoding="latin-1")
    (checkout.folder / "titled.csv").write_text(f"Report\n\n{table.to_csv(index=False)}")
    table.to_csv(checkout.folder / "nameless.csv", index=False, header=False)
    with ZipFile(checkout.folder / "two.zip", "w") as archive:
        archive.writestr("a.csv", "x,y\n1,2\n")
        archive.writestr("b.csv", "x,y\n1,2\n")
    cut = gzip.compress(table.to_csv(index=False).encode())[:-9]
    (checkout.folder / "cut.csv.gz").write_bytes(cut)
    total = pd.DataFrame({"x": [table["x"].sum()], "c": ["Total"], "y": [table["y"].sum()]})
    pd.concat([table, total]).to_csv(checkout.folder / "total.csv", index=False)
    table.assign(y=table.index).astype(str).add("!").to_csv(checkout.folder / "names.csv")
    (checkout.folder / "folder").mkdir()
    checkout.model("elsewhere", MODEL)
    return checkout


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("m", "--csv tables.csv --target y", ("no file", "the nearest name is 'table.csv'")),
        ("m", "--csv folder --target y", ("folder is a folder", "name a file in it")),
        (
            "m",
            "--csv semicolons.csv --target y --separator ,",
            ("column 'x;c;y'", '--separator ";"'),
        ),
        ("m", "--csv table.csv --target y --separator ::", ("`source.separator` is '::'",)),
        ("m", "--csv latin1.csv --target y --encoding utf-8", ("not UTF-8 text", "iconv")),
        ("m", "--csv latin1.csv --target y --encoding utf-42", ("is 'utf-42'",)),
        ("m", "--csv titled.csv --target y", ("2 lines above its table", "tail -n +3")),
        ("m", "--csv nameless.csv --target y", ("has values, not names: '0.0', 'a'",)),
        ("m", "--csv table.csv --target y --timestamp c", ("'c' as the timestamp",)),
        ("m", "--csv two.zip --target y", ("two.zip cannot be unpacked: it has 2 files",)),
        ("m", "--csv cut.csv.gz --target y", ("cut.csv.gz cannot be unpacked: Compressed file",)),
        ("m", "--csv total.csv --target y", ("the last row has 'Total' in 'c'",)),
        ("m", "--csv table.csv --target Y", ("no column 'Y'", "the nearest name is 'y'")),
        ("m", "--csv names.csv --target y", ("400 distinct labels in 400 rows",)),
        ("m", "--sql nope --target y", ('relation "nope" does not exist', "WAREHOUSE_URL")),
        ("m", "--csv table.csv --target y --task cluster", ("classification or regression",)),
        ("m-1", "--csv table.csv --target y", ("the name 'm-1'", "customer_churn")),
        ("m" * 101, "--csv table.csv --target y", ("the name 'mmm", "at most 100")),
        ("taken", "--csv table.csv --target y", ("elsewhere/defs.yaml:3 has a model 'taken'",)),
    ],
)
def test_bad_input_gets_one_line_and_no_file(checkout, name, options, words):
    done = checkout.run("new", name, *options.split())
    assert done.returncode == 2, done.stdout + done.stderr
    (message,) = done.stderr.splitlines()
    assert message.startswith("Error: ")
    assert [word for word in words if word not in message] == []
    assert [path.name for path in (checkout.folder / "mlops_assets/defs").iterdir()] == [
        "elsewhere"
    ]


def test_a_task_of_another_package_is_not_offered(monkeypatch):
    class Rating(Regression):
        """A task that learns as a regression does."""

        name = "rating"

    monkeypatch.setitem(TASKS, "rating", Rating())
    with pytest.raises(InputError, match="the task 'rating'"):
        chosen("rating")


def test_a_question_about_dates_is_answered_by_an_option(checkout):
    days = [f"{1 + place % 12:02}/0{1 + place % 2}/2026" for place in range(400)]
    small_table().assign(day=days).to_csv(checkout.folder / "days.csv", index=False)
    asked = ("new", "dated", "--csv", "days.csv", "--target", "y")
    made = checkout.run(*asked)
    assert made.returncode == 0, made.stderr
    assert "question   are the dates in 'day' %d/%m/%Y or %m/%d/%Y?" in made.stdout
    answered = checkout.run(*asked, "--force", "--date-format", "day=%d/%m/%Y")
    assert answered.returncode == 0, answered.stderr
    assert "date       day" in answered.stdout
    refused = checkout.run(*asked, "--force", "--date-format", "%d/%m/%Y")
    assert "COLUMN=FORMAT" in refused.stderr


def test_another_separator_and_names_that_look_like_values_are_taken(tmp_path):
    checkout = make_checkout(tmp_path)
    table = small_table().rename(columns={"x": "1", "c": "None"})
    table.to_csv(checkout.folder / "t.csv", index=False, sep="\t")
    made = checkout.run("new", "True", "--csv", "t.csv", "--target", "y", "--separator", "\\t")
    assert made.returncode == 0, made.stderr
    text = (checkout.folder / "mlops_assets/defs/True/defs.yaml").read_text()
    assert 'separator: "\\t"' in text
    listed = checkout.run("retrain", "Treu")
    assert "no model 'Treu' among ['True']" in listed.stderr


def test_what_a_spreadsheet_is_written_in_is_found_and_kept(tmp_path):
    checkout = make_checkout(tmp_path)
    text = small_table().to_csv(index=False, sep=";", decimal=",") + "#DIV/0!;a;1\n"
    (checkout.folder / "s.csv").write_text(text, encoding="utf-16")
    made = checkout.run("new", "sheet", "--csv", "s.csv", "--target", "y")
    assert made.returncode == 0, made.stderr
    assert "read with  separator ';', decimal ',', encoding 'utf-16', na_values" in made.stdout
    text = (checkout.folder / "mlops_assets/defs/sheet/defs.yaml").read_text()
    assert "- 'x': it leaks the target: alone it tells 100.0% of it" in text
    assert "encoding: utf-16" in text
