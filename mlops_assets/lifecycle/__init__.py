"""The lifecycle of a model as Dagster assets: one file per asset, with its checks."""
