"""How many rows a holdout will have at least."""

from math import sqrt


def held_out_rows(rows: int, share: float) -> int:
    """The fewest rows to expect in the holdout: the split is by hash, so the number varies.

    Two standard deviations below the mean of the binomial distribution: 39 of 40 splits have more.
    """
    return max(int(rows * share - 2 * sqrt(rows * share * (1 - share))), 0)
