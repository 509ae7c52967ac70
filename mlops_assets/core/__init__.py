"""Pure decisions and statistics of a model's life. Nothing here knows Dagster."""
