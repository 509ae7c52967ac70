"""The review of a version: a checklist with its evidence, and the decision that ends it."""
