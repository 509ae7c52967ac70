"""The Dagster UI as a person sees it."""
