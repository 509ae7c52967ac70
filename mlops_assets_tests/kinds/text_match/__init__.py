"""The kind `text_match`."""
