"""Whether drift, or a drop in performance, leads to a retrain now."""
