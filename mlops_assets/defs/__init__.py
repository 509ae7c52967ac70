"""What exists: a folder for each model, with its defs.yaml or with assets that only it has."""
