"""The rows that a holdout will have."""

from mlops_assets.tasks.starting_gate import held_out_rows


def test_held_out_rows_is_a_safe_guess():
    # Mean 100, standard deviation 8.94.
    assert held_out_rows(500, 0.2) == 82
    assert held_out_rows(3, 0.2) == 0
