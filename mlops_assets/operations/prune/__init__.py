"""Remove what is old and what nothing needs any more.

What serves, what waits for a decision, what a rollback would return to, and every version that an
experiment, a policy version or the last ten rows of a model's ledger name stays, with its MLflow
runs, the data that it was fitted on and its code. The parts go in an order in which nothing that is
left refers to what is gone, even if the command is stopped: versions, MLflow's runs, the lake,
Dagster's runs.
"""
