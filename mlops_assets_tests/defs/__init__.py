"""Assets of single models, in addition to the common graph."""
