"""Backups of real stores, and what is restored from them."""
