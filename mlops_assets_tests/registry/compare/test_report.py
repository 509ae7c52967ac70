"""What differs is found, and nothing that people wrote breaks a table or a page."""

from mlops_assets.evaluation.verdict import GateResult
from mlops_assets.registry.compare.pages import as_html, as_markdown, picture_files
from mlops_assets.registry.compare.report import Side, gates_by_name, headings, sections
from mlops_assets.registry.compare.tables import tables

THREE = Side(
    label="version 3",
    about={"stage": "production", "reason": "", "forced": ""},
    data={"dataset_version": "aaa", "code_version": "ccc"},
    params={"C": "1.0", "seed": "0"},
    metrics={"roc_auc": {"value": 0.9, "low": 0.88, "high": 0.92}, "recall": {"value": 0.5}},
    gates={"roc_auc": "PASS 0.900 >= 0.85"},
    pictures={"roc_curve": b"PNG of 3"},
)
FOUR = Side(
    label="version 4",
    about={"stage": "staging", "reason": "a|b <b>&\nnext line", "forced": ""},
    data={"dataset_version": "bbb", "code_version": "ccc"},
    params={"C": "0.1", "seed": "0", "tol": "1e-4"},
    metrics={"roc_auc": {"value": 0.91, "low": 0.89, "high": 0.93}},
    gates={"roc_auc": "PASS 0.910 >= 0.85"},
)


def test_rows_differ_or_are_the_same():
    by_title = {section.title: section for section in sections([THREE, FOUR])}
    params = by_title["Parameters"]
    assert [(row.name, row.values) for row in params.different] == [
        ("C", ("1.0", "0.1")),
        ("tol", ("-", "1e-4")),
    ]
    assert [row.name for row in params.same] == ["seed"]
    assert [row.name for row in by_title["Data"].different] == ["dataset_version"]
    # What no side has is no row.
    assert [row.name for row in by_title["About"].rows] == ["stage", "reason"]


def test_three_sides_have_no_change():
    sides = [THREE, FOUR, THREE]
    metrics = next(it for it in sections(sides) if it.title == "Metrics")
    assert headings(sides, metrics) == ["Metrics", "version 3", "version 4", "version 3"]
    assert [table.head for table in tables(sides)][1] == headings(sides, metrics)


def test_markdown_stays_a_table():
    page = as_markdown("m: 3 and 4", [THREE, FOUR])
    assert "| reason | - | a&#124;b &#60;b>&#38; next line |" in page
    assert "| roc_auc | 0.900 [0.880, 0.920] | 0.910 [0.890, 0.930] | +0.0100 |" in page


def test_markdown_shows_the_pictures_beside_it():
    page = as_markdown("m: 3 and 4", [THREE, FOUR], "m_plots")
    (name,) = picture_files([THREE, FOUR])
    assert f"](m_plots/{name}) | none |" in page
    assert picture_files([THREE, FOUR])[name] == b"PNG of 3"


def test_the_page_has_all_rows_and_the_pictures_and_runs_nothing():
    page = as_html("m: <3>", [THREE, FOUR])
    assert "<title>m: &lt;3&gt;</title>" in page
    assert "a|b &lt;b&gt;&amp; next line" in page
    assert "<summary>1 the same</summary>" in page
    assert "<td>seed</td><td>0</td><td>0</td>" in page
    # base64 of "PNG of 3"; version 4 has no such picture.
    assert 'src="data:image/png;base64,UE5HIG9mIDM="' in page
    assert "<td>none</td>" in page


def test_no_name_and_no_value_is_markup_on_the_page():
    attack = '</script><img src=x onerror="alert(1)">'
    by_name = {attack: attack}
    sides = [
        Side(
            label=f"{attack}{n}",
            about=by_name,
            data=by_name,
            params=by_name,
            metrics={attack: {"value": 0.5}},
            gates=by_name,
            pictures={attack: b"PNG"},
        )
        for n in (3, 4)
    ]
    page = as_html(attack, sides)
    assert "<img src=x" not in page
    assert 'onerror="' not in page
    assert page.count("<img alt=") == 2
    assert "<img" not in as_markdown(attack, sides, "plots")


def test_gates_are_told_by_name():
    known = GateResult(
        gate="roc_auc", bound=">= 0.85", value=0.9, low=0.88, high=0.92, passed=True, reason=""
    )
    unknown = GateResult(gate="recall", bound=">= 0.7", passed=False, reason="not computed")
    assert gates_by_name([str(known), str(unknown)]) == {
        "roc_auc": "PASS 0.900 [0.880, 0.920] >= 0.85",
        "recall": "FAIL - >= 0.7",
    }
