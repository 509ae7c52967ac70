"""Machine learning tasks and their metrics, with confidence intervals."""
