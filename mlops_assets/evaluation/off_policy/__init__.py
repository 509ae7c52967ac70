"""Off-policy evaluation in words, tables and figures."""
