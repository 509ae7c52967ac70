"""Resampling counts: what they sum to, and that nothing but the seed decides them."""

import numpy as np
import pytest

from mlops_assets.tasks.metrics import bootstrap
from mlops_assets.tasks.metrics.bootstrap import count_chunks, percentile, resamples_for


def counts(rows: int, resamples: int, seed: int = 0) -> np.ndarray:
    return np.vstack(list(count_chunks(rows, resamples, seed)))


def test_the_first_row_is_the_holdout_as_it_is_and_every_row_draws_as_many():
    drawn = counts(rows=50, resamples=20)
    assert drawn.shape == (21, 50)
    assert (drawn[0] == 1).all()
    assert (drawn.sum(axis=1) == 50).all()


def test_a_row_is_drawn_once_on_average_with_the_variance_of_a_multinomial():
    drawn = counts(rows=100, resamples=4000)[1:]
    assert drawn.mean() == 1
    assert drawn.var(axis=0).mean() == pytest.approx(1 - 1 / 100, abs=0.02)


def test_the_same_seed_draws_the_same_whatever_the_size_of_a_chunk(monkeypatch):
    whole = counts(rows=40, resamples=30, seed=7)
    monkeypatch.setattr(bootstrap, "CHUNK_CELLS", 100)
    chunks = list(count_chunks(40, 30, 7))
    assert len(chunks) > 10
    assert (np.vstack(chunks) == whole).all()
    assert (counts(rows=40, resamples=30, seed=8) != whole).any()


def test_a_chunk_of_a_million_rows_stays_small():
    assert next(count_chunks(1_000_000, 400, 0)).nbytes <= 16e6


def test_many_rows_get_fewer_resamples_but_never_fewer_than_100():
    assert resamples_for(250_000, 400) == 400
    assert resamples_for(500_000, 400) == 200
    assert resamples_for(50_000_000, 400) == 100
    assert resamples_for(50_000_000, 10) == 10


def test_undefined_resamples_are_ignored_unless_the_point_is_undefined():
    nan = np.nan
    assert percentile(np.array([5, 1, nan, 3]), 50) == 2
    assert np.isnan(percentile(np.array([nan, 1, 2]), 50))
    assert np.isnan(percentile(np.array([5, nan]), 50))
