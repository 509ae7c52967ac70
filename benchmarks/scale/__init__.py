"""What grows with the number of models: a run, the code location, a night of retrains."""
