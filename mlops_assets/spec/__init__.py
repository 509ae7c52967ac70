"""What a defs.yaml may say: the lifecycle of a model and its sections, and mistakes in words."""
