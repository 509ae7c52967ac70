"""What a table looks like: figures, pictures and the profile report."""
