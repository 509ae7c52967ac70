"""Compare versions or runs side by side."""
