"""What the two processes leave for each other in a folder."""

ESTIMATOR, REQUEST, ARRAYS, VALUES = "estimator.skops", "request.json", "arrays.npz", "values.npz"
