"""Turn raw rows into the typed feature table, split into training and holdout."""
