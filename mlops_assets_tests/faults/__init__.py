"""What is recorded stays true when things break, tried with the real thing."""
