"""What has to be decided by a person, and nothing else."""

import pandas as pd

from mlops_assets.entities.review_queue import COLUMNS, OTHER_IDS, OWN_IDS, review_queue

IDS = pd.Series({"a": "G-1", "b": "G-1", "c": "G-2", "d": "G-3"})


def pairs(*rows: tuple) -> pd.DataFrame:
    """Left, right, weight, and whether the ids of the two contradict."""
    filled = [(*row, False)[:4] for row in rows]
    return pd.DataFrame(filled, columns=["left", "right", "match_weight", "contradicts"]).astype(
        {"left": object, "right": object, "match_weight": float, "contradicts": bool}
    )


def queue(*rows: tuple, most_records: int = 10) -> pd.DataFrame:
    found = review_queue(pairs(*rows), IDS, match_weight=4.0, most_records=most_records)
    assert tuple(found) == COLUMNS
    return found


def test_a_pair_that_was_put_together_is_no_item():
    assert queue(("a", "b", 9.0), ("a", "b", 2.0)).empty


def test_uncertain_pairs_and_contradictions_are_told_apart():
    found = queue(("a", "c", 2.0), ("c", "d", 5.0)).set_index("left_id")
    assert found["kind"].to_dict() == {"a": "uncertain pair", "c": "contradiction"}
    assert found.loc["a", ["golden_id", "other_golden_id"]].tolist() == ["G-1", "G-2"]


def test_a_contradiction_says_whose_ids_are_in_the_way():
    found = queue(("a", "c", 5.0, True), ("c", "d", 5.0)).set_index("left_id")["why"]
    assert found.to_dict() == {"a": OWN_IDS, "c": OTHER_IDS}


def test_people_with_too_many_records_are_items():
    (item,) = queue(most_records=1).to_dict("records")
    assert (item["kind"], item["golden_id"]) == ("oversized cluster", "G-1")
    assert item["why"] == "2 records, more than 1"


def test_an_item_keeps_its_name_when_others_come():
    (one,) = queue(("a", "c", 2.0))["item"]
    assert one in set(queue(("a", "c", 3.0), ("c", "d", 5.0), most_records=1)["item"])
