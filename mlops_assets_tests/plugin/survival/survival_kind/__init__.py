"""Survival: predict how long something lasts, when the end of some is not known yet."""
