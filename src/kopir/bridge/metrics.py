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
        registry = self.registry
        self.exchanges = Counter(
            "kopir_exchanges",
            "Exchanges by role (consumer, provider) and outcome",
            ["role", "outcome"],
            registry=registry,
        )
        self.duration = Histogram(
            "kopir_exchange_seconds",
            "From the request's last byte to the answer's",
            ["role"],
            buckets=_BUCKETS_S,
            registry=registry,
        )
        self.early_failures = Counter(
            "kopir_early_failures", "Requests refused unsigned, before their evidence held", ["code"], registry=registry
        )
        self.in_flight = Gauge("kopir_in_flight", "Exchanges under way", ["role"], registry=registry)
        self.signatures = Gauge(
            "kopir_signatures_total", "Signatures made: one for each batch of records", registry=registry
        )
        self.verifications = Gauge("kopir_verifications_total", "Signatures verified", registry=registry)
        self.handshakes = Gauge(
            "kopir_peer_handshakes_total", "TLS handshakes with other nodes, begun here", registry=registry
        )
        self.journal_size = Gauge("kopir_journal_entries", "Entries that are durable in the journal", registry=registry)
        self.journal_failed = Gauge(
            "kopir_journal_failed", "1 after a failed write or sync: the node has stopped", registry=registry
        )
        self.unstamped_entries = Gauge(
            "kopir_unstamped_entries", "Journal entries not yet under a time stamp", registry=registry
        )
        self.unstamped_seconds = Gauge(
            "kopir_unstamped_seconds", "Age of the oldest entry not yet under a time stamp", registry=registry
        )
        self.spool_bytes = Gauge("kopir_spool_bytes", "Bytes of large bodies in the spool", registry=registry)
        self.directory_expires = Gauge(
            "kopir_directory_expires_seconds", "Until the directory expires", ["instance"], registry=registry
        )
        self.directory_number = Gauge(
            "kopir_directory_number", "Number of the directory in force", ["instance"], registry=registry
        )
        self.directory_refused = Counter(
            "kopir_directory_refused", "Directories refused", ["instance", "reason"], registry=registry
        )

        self.consumed_s = self.duration.labels("consumer")
        self.provided_s = self.duration.labels("provider")
        self.consumed = {outcome: self.exchanges.labels("consumer", outcome) for outcome in OUTCOMES}
        self.provided = {outcome: self.exchanges.labels("provider", outcome) for outcome in OUTCOMES}

    def exposition(self) -> bytes:
        """Return all of it in the text format 0.0.4."""
        return generate_latest(self.registry)
