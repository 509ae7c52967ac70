"""The registry: its commands with many versions, kills in between, backup and restore."""
