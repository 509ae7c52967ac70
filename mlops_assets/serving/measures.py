"""What the server counts, in Prometheus' format, and for the asset `served_version`."""

from __future__ import annotations

from collections import deque

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from mlops_assets.serving.endpoint import Endpoint

SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
RECENT = 10_000
"""Requests of each model that its p99 is computed from."""


class Measures:
    """Requests by model, version and status, and how long they took; one process has one."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "mlops_assets_requests",
            "Prediction requests.",
            ("model", "version", "status"),
            registry=self._registry,
        )
        self._rows = Counter(
            "mlops_assets_rows", "Rows predicted.", ("model", "version"), registry=self._registry
        )
        self._seconds = Histogram(
            "mlops_assets_request_seconds",
            "Time from the first byte of a prediction request to its answer.",
            ("model",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._ready = Gauge(
            "mlops_assets_ready", "1 if a version answers.", ("model",), registry=self._registry
        )
        self._degraded = Gauge(
            "mlops_assets_degraded",
            "1 if what answers is not what should.",
            ("model",),
            registry=self._registry,
        )
        self._counters: dict[tuple[str, str, int], tuple[Counter, Histogram, Counter]] = {}
        self.recent: dict[str, deque[float]] = {}
        self.counts: dict[str, dict[str, int]] = {}

    def request(self, model: str, version: str, status: int, rows: int, seconds: float) -> None:
        """Count one request."""
        requests, took, predicted = self._counters_of(model, version, status)
        requests.inc()
        took.observe(seconds)
        if rows:
            predicted.inc(rows)
        self.recent.setdefault(model, deque(maxlen=RECENT)).append(seconds)
        counts = self.counts.setdefault(model, {"requests": 0, "errors": 0})
        counts["requests"] += 1
        counts["errors"] += status >= 500

    def _counters_of(
        self, model: str, version: str, status: int
    ) -> tuple[Counter, Histogram, Counter]:
        """Those of a model, version and status; looked up by their labels once."""
        key = model, version, status
        if key not in self._counters:
            self._counters[key] = (
                self._requests.labels(model, version, str(status)),
                self._seconds.labels(model),
                self._rows.labels(model, version),
            )
        return self._counters[key]

    def text(self, endpoints: dict[str, Endpoint]) -> bytes:
        """All measures in Prometheus' text format."""
        for name, endpoint in endpoints.items():
            self._ready.labels(name).set(endpoint.served is not None)
            self._degraded.labels(name).set(bool(endpoint.problem))
        return generate_latest(self._registry)

    def p99(self, model: str) -> float | None:
        """Seconds that 99 of 100 of the model's last requests took at most; None without any."""
        recent = sorted(self.recent.get(model, ()))
        return recent[int(0.99 * (len(recent) - 1))] if recent else None
