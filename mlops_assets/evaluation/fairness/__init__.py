"""Compare a model between groups of people, by sensitive columns."""
