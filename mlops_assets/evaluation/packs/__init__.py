"""The packs of an evaluation: parts that a model asks for, each in a file of this folder."""
