"""Profile a table: summary statistics, figures and the profile report."""
