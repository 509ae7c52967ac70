"""Simulated résumés word by word."""

from datetime import date

from mlops_assets.simulators.resume_parsing import simulate


def test_the_same_seed_and_day_give_the_same_rows_and_more_begin_with_them():
    day = date(2026, 1, 5)
    table = simulate(300, seed=3, day=day)
    assert simulate(500, seed=3, day=day).head(300).equals(table)
    assert not {*simulate(300, seed=4, day=day)["word_id"]} & {*table["word_id"]}


def test_tags_are_of_the_words_that_they_stand_by():
    table = simulate(4_000, seed=1)
    emails = table[table["tag"] == "email"]["word"]
    assert len(emails) > 30
    assert emails.str.contains("@").all()
    assert not table[table["tag"] == "name"]["word"].str.contains(r"\d|@").any()
    assert table[table["tag"] == "date"]["word"].str.contains(r"\d|–").all()


def test_drift_brings_new_words_and_wrong_tags():
    assert "hydrogen" not in {*simulate(2_000, seed=1)["word"]}
    assert "hydrogen" in {*simulate(2_000, seed=1, shift={"field": 1.0})["word"]}
    assert {*simulate(200, seed=1, shift={"tag": 1.0})["tag"]} == {"other"}
