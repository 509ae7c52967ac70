"""The tags of a version that the project writes and decides by, by their keys in MLflow."""

from mlops_assets.platform.mlflow.version_tags import FOR_CODE, FOR_PEOPLE, stored_key

OWN_TAGS = frozenset((*FOR_PEOPLE, *FOR_CODE, *map(stored_key, FOR_CODE)))
"""Also the keys of release 0.1, which had the tags for code under their plain names."""
