"""What is learned and how it is judged: metrics with their intervals."""
