"""Replay a model's own history through its real decisions, under several policies side by side."""
