"""The deployed models: one folder each, with a defs.yaml or with assets specific to the model."""
