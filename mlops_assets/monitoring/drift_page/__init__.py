"""The page that people read about the drift of one day."""
