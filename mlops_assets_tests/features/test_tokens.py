"""Words of texts with the features of their neighbours."""

import pytest

from mlops_assets.features.tokens import Entity, entities, token_table

TEXT = "Clara Novak\nWork Experience\n2019-2022 : Nurse at Lumera , 0341/55512\nc.n@example.org ."


def row(word: str) -> dict:
    table = token_table({"a": TEXT})
    return table[table["word"] == word].iloc[0].to_dict()


def test_each_word_has_a_row_and_a_line_break_leaves_a_gap():
    table = token_table({"a": TEXT, "b": "one two"})
    assert table["word"].tolist()[:4] == ["Clara", "Novak", "Work", "Experience"]
    assert table["position"].tolist()[:5] == [0, 1, 3, 4, 6]
    assert table["word_id"].is_unique
    assert table["text_id"].value_counts().to_dict() == {"a": 13, "b": 2}


def test_punctuation_is_divided_from_words_as_people_write_it():
    as_written = 'C++, Node.js (SQL)\nNurse at St. Alban, "Lumera".\nc@d.org,'
    spaced = 'C++ , Node.js ( SQL )\nNurse at St. Alban , " Lumera " .\nc@d.org ,'
    found = token_table({"a": as_written})
    assert found["word"].tolist() == spaced.split()
    assert found.equals(token_table({"a": spaced}))
    assert found.set_index("word").loc["c@d.org", "is_email"] == 1


@pytest.mark.parametrize(
    ("word", "rule"),
    [("c.n@example.org", "is_email"), ("0341/55512", "is_phone"), ("2019-2022", "is_year")],
)
def test_contact_data_and_years_are_found_by_rules(word, rule):
    assert row(word)[rule]
    assert not row("Nurse")[rule]


def test_a_heading_begins_a_section():
    assert row("Experience")["is_heading"]
    assert (row("Novak")["section"], row("Nurse")["section"]) == ("start", "work")
    assert not row("Nurse")["is_heading"]


def test_neighbours_are_words_only_if_they_name_nobody():
    nurse = row("Nurse")
    assert (nurse["before"], nurse["before_2"]) == (":", "0-0")
    assert (nurse["after"], nurse["after_2"]) == ("at", "Xx")
    assert (row("Clara")["before"], row("Novak")["after"]) == ("start", "end")
    labels = {value for name in ("before", "after") for value in token_table({"a": TEXT})[name]}
    assert not labels & {"Clara", "Novak", "Lumera"}


def test_words_of_one_tag_next_to_each_other_are_an_entity():
    table = token_table({"a": "Anna Berg Köln\nBerg", "b": "Berg"})
    tags = ["name", "name", "other", "name", "name"]
    assert entities(table, tags) == [
        Entity("a", "name", "Anna Berg"),
        Entity("a", "name", "Berg"),
        Entity("b", "name", "Berg"),
    ]
