"""The kinds of models, each a file or folder, and what they have in common."""
