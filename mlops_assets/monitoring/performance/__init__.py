"""Live performance of a day's predictions, once labels have arrived."""
