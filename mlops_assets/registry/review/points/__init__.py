"""The points of the checklist, one function each."""
