"""What a node counts, in Prometheus terms. One registry for each node, so that two in one process do not mix."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

OUTCOMES: Final = ("response", "refusal", "failed")
_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Counters and gauges; names begin with `kopir_` and say their unit."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        counter, gauge = self._counter, self._gauge
        self.duration = Histogram(
            "kopir_exchange_seconds",
            "From the request's last byte to the answer's",
            ["role"],
            buckets=_BUCKETS_S,
            registry=self.registry,
        )
        self.exchanges = counter("exchanges", "Exchanges by role (consumer, provider) and outcome", "role", "outcome")
        self.early_failures = counter("early_failures", "Refused unsigned, before their evidence held", "code")
        self.in_flight = gauge("in_flight", "Exchanges under way", "role")
        self.signatures = gauge("signatures_total", "Signatures made: one for each batch of records")
        self.verifications = gauge("verifications_total", "Signatures verified")
        self.handshakes = gauge("peer_handshakes_total", "TLS handshakes with other nodes, begun here")
        self.journal_size = gauge("journal_entries", "Entries that are durable in the journal")
        self.journal_failed = gauge("journal_failed", "1 after a failed write or sync: the node has stopped")
        self.unstamped_entries = gauge("unstamped_entries", "Journal entries not yet under a time stamp")
        self.unstamped_seconds = gauge("unstamped_seconds", "Age of the oldest entry not yet under a time stamp")
        self.spool_bytes = gauge("spool_bytes", "Bytes of large bodies in the spool")
        self.directory_expires = gauge("directory_expires_seconds", "Until the directory expires", "instance")
        self.directory_number = gauge("directory_number", "Number of the directory in force", "instance")
        self.directory_refused = counter("directory_refused", "Directories refused", "instance", "reason")
        # What every exchange touches is looked up once.
        self.consumed_s = self.duration.labels("consumer")
        self.provided_s = self.duration.labels("provider")
        self.consumed = {outcome: self.exchanges.labels("consumer", outcome) for outcome in OUTCOMES}
        self.provided = {outcome: self.exchanges.labels("provider", outcome) for outcome in OUTCOMES}

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"kopir_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"kopir_{name}", text, labels, registry=self.registry)

    def exposition(self) -> bytes:
        """Return all of it in the text format 0.0.4."""
        return generate_latest(self.registry)
