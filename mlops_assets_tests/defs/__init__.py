"""What single models have beside the graph that all have."""
