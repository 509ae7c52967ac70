"""The prediction log: what a model was asked and answered, and the labels that came later."""
