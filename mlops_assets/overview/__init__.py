"""Every model on one page, and the life of one model in one picture."""
