"""Decide when drift or a performance drop starts a retrain or a rollback."""
