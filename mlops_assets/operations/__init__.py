"""Keeping an installation healthy: init, doctor, backup, restore."""
