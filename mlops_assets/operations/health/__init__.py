"""Check the health of every store, with advice for those that have a problem."""
