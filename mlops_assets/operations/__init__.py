"""Operate an installation: initialize, check health, back up and restore."""
