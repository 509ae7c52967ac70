"""Whether each store answers, and what to do where one does not."""
