"""Off-policy evaluation, where the truth is known."""
