"""The realised quality of a day, once its labels are known."""
