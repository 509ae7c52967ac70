"""The pictures of docs/tour.md, taken anew by `python -m mlops_assets_tests.tour`."""
