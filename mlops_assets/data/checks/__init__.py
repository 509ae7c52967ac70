"""Claims about rows: those that stop a run, and those that warn."""
