"""From raw rows to the typed table a model is fitted on, split into training and holdout."""
