"""The schema of defs.yaml: a model's lifecycle and its sections, with readable errors."""
