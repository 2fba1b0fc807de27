"""Metrics: named alike, of one node each, readable by Prometheus."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from kopir.bridge.metrics import Metrics


def values(metrics: Metrics) -> dict[str, float]:
    families = text_string_to_metric_families(metrics.exposition().decode())
    return {
        sample.name + "".join(f" {value}" for value in sorted(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def test_what_is_counted_is_shown():
    metrics = Metrics()
    metrics.exchanges.labels("consumer", "response").inc()
    metrics.unstamped_seconds.set(7)
    shown = values(metrics)
    assert shown["kopir_exchanges_total consumer response"] == 1
    assert shown["kopir_unstamped_seconds"] == 7
    assert shown["kopir_journal_failed"] == 0


def test_two_nodes_in_one_process_do_not_mix():
    one, other = Metrics(), Metrics()
    one.early_failures.labels("Client.BadRequest").inc()
    assert "kopir_early_failures_total Client.BadRequest" in values(one)
    assert "kopir_early_failures_total Client.BadRequest" not in values(other)


def test_every_name_says_whose_it_is_and_every_family_what_it_is():
    families = list(text_string_to_metric_families(Metrics().exposition().decode()))
    assert len(families) > 10
    for family in families:
        assert family.name.startswith("kopir_")
        assert len(family.documentation) > 10, family.name
