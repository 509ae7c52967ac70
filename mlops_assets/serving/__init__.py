"""The prediction API: the production version answers requests."""
