"""The HTML page about the drift of one day."""
