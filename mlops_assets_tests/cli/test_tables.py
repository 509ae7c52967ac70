"""A person gets a table with colours, a pipe the same cells as aligned text."""

import pytest

from mlops_assets.cli.tables import fitted, print_row, print_table
from mlops_assets_tests.cli.pseudo_terminal import cells, in_pipe, in_terminal, plain

HEAD = ["version", "stage", "verdict", "metric", "why"]
WHY = "[bold]better[/bold] on the new clinic, whose patients are younger than those of before"
ROWS = [
    HEAD,
    ["3", "production (forced)", "PASS", "roc_auc 0.9086 [0.8902, 0.9243]", WHY],
    ["12", "rejected", "FAIL", "roc_auc 0.8111 [0.7702, 0.8555]", "PASS is no verdict here? no"],
]
TABLE = f"from mlops_assets.cli.tables import print_table; print_table({ROWS!r})"
LONG = "cooling down until 2026-01-08, since version 2 has just been promoted"
DAYS = (["2026-01-06", "1", "drift", LONG], ["", "", "", f"retrained: {LONG}"])
TIMELINE = (
    "from mlops_assets.cli.tables import print_row\n"
    f"for row in {DAYS!r}: print_row(row, (10, 7, 26))"
)


def test_a_pipe_gets_aligned_text(capsys):
    print_table([["model", "rows"], ["heart_disease", "12"], ["x", ""]])
    print_row(["name", "", "seen"], (6, 3), gap=1)
    print_row(["a long name", "b", ""], (6, 3), gap=1)
    lines = ["model          rows", "heart_disease  12", "x", "name       seen", "a long name b"]
    assert capsys.readouterr().out.splitlines() == lines


@pytest.mark.process
def test_a_terminal_gets_the_same_cells_with_colours():
    shown = in_terminal(TABLE, columns=200)
    assert cells(shown) == cells(in_pipe(TABLE)) == ROWS
    assert "\x1b[32mproduction\x1b[0m (forced)" in shown
    assert "\x1b[32mPASS\x1b[0m " in shown
    assert "\x1b[31mFAIL\x1b[0m " in shown


@pytest.mark.process
def test_numbers_stand_to_the_right():
    lines = plain(in_terminal(TABLE, columns=200)).splitlines()
    assert [line[:7] for line in lines if "roc_auc" in line] == ["      3", "     12"]


@pytest.mark.process
@pytest.mark.parametrize("columns", [80, 50])
def test_nothing_is_lost_where_it_is_narrow(columns):
    shown = plain(in_terminal(TABLE, columns=columns))
    assert max(map(len, shown.splitlines())) <= columns
    assert letters(shown) == letters(in_pipe(TABLE))
    if columns == 80:
        assert {"version", "production", "12", "[0.8902,"} <= set(shown.split())


@pytest.mark.process
def test_the_last_cell_of_a_row_gets_room():
    wide = plain(in_terminal(TIMELINE, columns=140))
    assert cells(wide) == cells(in_pipe(TIMELINE))
    shown = plain(in_terminal(TIMELINE, columns=60))
    assert max(map(len, shown.splitlines())) <= 60
    assert letters(shown) == letters(in_pipe(TIMELINE))
    lines = [line.rstrip() for line in shown.splitlines()]
    assert lines[0] == "2026-01-06  1        drift"
    assert lines[1] == "            cooling down until 2026-01-08, since version 2"


@pytest.mark.process
def test_colours_can_be_switched_off():
    assert "\x1b[3" not in in_terminal(TABLE, columns=200, environment={"NO_COLOR": "1"})
    assert in_terminal(TABLE, columns=200, environment={"TERM": "dumb"}) == in_pipe(TABLE)


def test_widths_give_way_and_words_last():
    columns = [["ab", "c"], ["one two three", "four"], ["eleven seven", "x"]]
    assert fitted(columns, 40) == [2, 13, 12]
    assert fitted(columns, 18) == [2, 7, 9]
    assert fitted(columns, 13) == [2, 5, 6]
    assert fitted(columns, 9) == [2, 3, 4]


def letters(text: str) -> list[str]:
    return sorted("".join(text.replace("─", "").split()))
