"""A package outside `mlops_assets` that brings a kind with a task, a pack and a source."""
