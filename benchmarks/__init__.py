"""What `make bench` runs: our speed beside that of the same work without us."""
