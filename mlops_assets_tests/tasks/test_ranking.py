"""The task ranking: relevance within groups, which stay together."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from mlops_assets.errors import InputError
from mlops_assets.features.columns import Columns
from mlops_assets.features.dataset import Dataset
from mlops_assets.figures.style import png
from mlops_assets.spec.lifecycle_spec import LifecycleSpec
from mlops_assets.tasks.ranking import RANKING

ROWS = pd.DataFrame(
    {
        "job": ["a", "a", "a", "b", "b", "b"],
        "grade": [2.0, 1, 0, 0, 1, 1],
        "score": [0.9, 0.5, 0.1, 0.9, 0.5, 0.4],
    }
)


def dataset(rows: pd.DataFrame = ROWS) -> Dataset:
    roles = {"group": ("job",)}
    return Dataset(rows[[]], Columns(), rows["grade"], context=rows[["job"]], roles=roles)


def predictions(rows: pd.DataFrame = ROWS) -> pd.DataFrame:
    return rows[["score"]].rename(columns={"score": "prediction"})


def test_a_row_is_as_wrong_as_it_is_away_from_the_places_of_its_grade():
    wrong = RANKING.row_errors(dataset(), predictions())
    assert wrong.tolist() == [0, 0, 0, 1, 0, 0.5]
    off = RANKING.shown_error(dataset(), predictions())
    assert (off.name, off.tolist()) == ("places_off", [0, 0, 0, -1, 0, 0.5])


def test_the_metrics_have_intervals_over_groups():
    found = RANKING.metrics(dataset(), predictions())
    assert {it.support for it in found.values()} == {2}
    assert found["mrr"].value == pytest.approx(0.75)
    assert (found["mrr"].low, found["mrr"].high) == (0.5, 1.0)
    assert next(iter(found)) == RANKING.headlines[0]


def test_a_better_order_of_the_same_groups_is_better():
    better = predictions(ROWS.assign(score=ROWS["grade"]))
    assert RANKING.paired_difference("ndcg_at_10", dataset(), better, predictions()).value > 0


def test_a_relevance_below_0_is_refused():
    assert RANKING.typed_target(pd.Series(["0", "2", None])).tolist()[:2] == [0.0, 2.0]
    with pytest.raises(InputError, match="below 0 in 1 rows"):
        RANKING.typed_target(pd.Series([1, -1], name="grade"))


def test_a_row_that_is_in_no_list_is_refused():
    RANKING.require_context(dataset())
    with pytest.raises(InputError, match="1 of 6 rows have no 'job'"):
        RANKING.require_context(dataset(ROWS.assign(job=["a", "a", "a", "b", "b", None])))


def test_its_figures_can_be_drawn():
    drawn = RANKING.figures(dataset(), predictions())
    assert {*drawn} == {"ranking", "score_histogram"}
    assert all(png(it) for it in drawn.values())
    many = ROWS.assign(grade=np.arange(6.0))
    assert png(RANKING.figures(dataset(many), predictions())["score_histogram"])


def spec(**changed) -> LifecycleSpec:
    given = {
        "name": "small",
        "source": {"type": "csv", "path": "t.csv"},
        "target": "grade",
        "columns": {"text": ["cv", "ad"]},
        "context": {"group": "job", "sensitive": "sex"},
        "split": {"apart": ["job"]},
        "model": {"type": "text_match", "left": "cv", "right": "ad"},
    }
    return LifecycleSpec.model_validate({**given, **changed})


def test_the_rows_of_a_group_must_stay_together():
    assert spec().task is RANKING
    assert spec(split={}, timestamp="time")
    for split in ({}, {"apart": ["person", "job"]}):
        with pytest.raises(
            ValidationError, match=r"may put rows of one 'job'.*add `split: \{apart: "
        ):
            spec(split=split)


def test_a_group_is_needed():
    with pytest.raises(ValidationError, match=r"add `group: …`"):
        spec(context={"sensitive": "sex"})


def test_what_only_says_which_rows_belong_together_is_read_but_not_monitored():
    assert spec().needed_columns == ["job", "sex", "cv", "ad"]
    assert spec().monitored_columns.names == ["sex", "cv", "ad"]
    both = spec(context={"group": "job", "sensitive": ["job"]})
    assert both.described_context.names == ["job"]
