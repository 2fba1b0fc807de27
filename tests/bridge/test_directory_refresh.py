"""Fetching again and again: news are told once, refusals counted and logged with reason, outages change nothing."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import replace
from hashlib import sha256

import pytest

from countries import Country
from kopir.bridge.directory import Directories
from kopir.bridge.directory_refresh import Refresher
from kopir.bridge.directory_store import DirectoryStore
from kopir.bridge.disk import OsDisk
from kopir.bridge.logs import Log
from kopir.bridge.metrics import Metrics
from kopir.signing.algorithms import ES256
from kopir.wire.directory import encode, frame
from pki import NOW_MS, p256

URL = "http://directory.example/"
MIRROR = "http://mirror.example/"


class Net:
    """Answers by URL; an exception is raised."""

    def __init__(self):
        self.answers = {}
        self.asked = []

    async def fetch(self, url):
        self.asked.append(url)
        answer = self.answers.get(url, ConnectionRefusedError(111, "Connection refused"))
        if isinstance(answer, Exception):
            raise answer
        return answer


class Stand:
    def __init__(self, folder, *anchors):
        self.net, self.metrics = Net(), Metrics()
        self.lines: list[str] = []
        self.changes: list[tuple[str, int | None]] = []
        self.log = Log("KZ/GOV/1/node1", write=lambda data: self.lines.extend(data.decode().splitlines()))
        self.directories = Directories(
            DirectoryStore(folder, OsDisk()), {anchor.instance: anchor for anchor in anchors}
        )
        self.refresher = Refresher(
            self.directories, fetch=self.net.fetch, log=self.log, metrics=self.metrics, changed=self.changed
        )

    async def changed(self, change):
        self.changes.append((change.instance, change.number))

    def refresh(self):
        asyncio.run(self.refresher.refresh(NOW_MS))

    def events(self):
        self.log.flush()
        return [json.loads(line) for line in self.lines]

    def refused(self, reason, instance="KZ"):
        return self.metrics.registry.get_sample_value(
            "kopir_directory_refused_total", {"instance": instance, "reason": reason}
        )


@pytest.fixture
def country():
    return Country()


@pytest.fixture
def stand(country, tmp_path):
    return Stand(tmp_path, country.anchor(URL, MIRROR))


def test_a_new_document_is_told_once(country, stand):
    stand.net.answers[URL] = country.document()
    stand.refresh()
    stand.refresh()
    assert stand.changes == [("KZ", 1)]
    assert stand.net.asked == [URL, URL], "the mirror is not asked when the first address answers"
    assert [event["event"] for event in stand.events()] == ["directory_in_force"]
    labels = {"instance": "KZ"}
    assert stand.metrics.registry.get_sample_value("kopir_directory_number", labels) == 1
    assert stand.metrics.registry.get_sample_value("kopir_directory_expires_seconds", labels) == 86_400


def test_a_path_is_read(country, tmp_path):
    file = tmp_path / "directory.cose"
    file.write_bytes(country.document())
    stand = Stand(tmp_path / "state", country.anchor(str(file)))
    stand.refresh()
    assert stand.changes == [("KZ", 1)]
    assert stand.net.asked == []


def test_the_next_address_is_asked_when_one_does_not_answer(country, stand):
    stand.net.answers[MIRROR] = country.document()
    stand.refresh()
    assert stand.changes == [("KZ", 1)]
    (refusal,) = [event for event in stand.events() if event["event"] == "directory_refused"]
    assert (refusal["address"], refusal["reason"]) == (URL, "[Errno 111] Connection refused")


def test_one_country_out_of_reach_does_not_hold_up_another(country, tmp_path):
    other = Country("TJ")
    stand = Stand(tmp_path, country.anchor(URL), other.anchor(MIRROR))
    stand.net.answers[MIRROR] = other.document()
    stand.refresh()
    assert stand.changes == [("TJ", 1)]


def test_it_goes_on_forever(country, stand, monkeypatch):
    pauses = []

    async def sleep(seconds):
        pauses.append(seconds)
        if len(pauses) == 3:
            raise asyncio.CancelledError

    monkeypatch.setattr("kopir.bridge.directory_refresh.asyncio.sleep", sleep)
    stand.net.answers[URL] = country.document()
    draws = iter([0.0, 0.5, 1.0])
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(stand.refresher.refresh_forever(period_s=60.0, clock_ms=lambda: NOW_MS, draw=lambda: next(draws)))
    assert pauses == pytest.approx([54.0, 60.0, 66.0])
    assert len(stand.net.asked) == 3


# -- hostile


def test_refusals_are_counted_always_and_logged_at_a_limited_rate(country, stand):
    stand.net.answers |= {URL: country.document(key=p256()), MIRROR: b"garbage"}
    for _ in range(5):
        stand.refresh()
    assert (stand.refused("ForgedDirectory"), stand.refused("Malformed")) == (5, 5)
    reasons = [event["reason"] for event in stand.events() if event["event"] == "directory_refused"]
    assert len(reasons) == 2
    assert "not trusted" in reasons[0]
    assert stand.changes == []
    assert stand.refresher.alarms == 0


def test_a_contradiction_raises_the_alarm(country, stand):
    stand.net.answers[URL] = country.document()
    stand.refresh()
    stand.net.answers[URL] = country.document(services=())
    stand.refresh()
    assert stand.refresher.alarms == 1
    assert stand.refused("EquivocalDirectory") == 1
    (alarm,) = [event for event in stand.events() if event["event"] == "directory_alarm"]
    assert alarm["level"] == "error"
    assert "in force with other content" in alarm["reason"]


def test_an_old_document_from_one_address_does_not_hide_the_new_one(country, stand):
    stand.net.answers[URL] = country.document(number=2)
    stand.refresh()
    stand.net.answers |= {URL: country.document(), MIRROR: country.document(number=3)}
    stand.refresh()
    assert stand.changes == [("KZ", 2), ("KZ", 3)]
    assert stand.refused("OlderDirectory") == 1


def test_a_next_key_that_is_none_harms_nobody_else(country, tmp_path):
    liar = Country("AX")
    stand = Stand(tmp_path, liar.anchor(URL), country.anchor(MIRROR))
    stand.net.answers |= {URL: liar.document(next_key=b"garbage"), MIRROR: country.document()}
    stand.refresh()
    payload = encode(replace(liar.directory, number=2))
    stand.net.answers[URL] = frame(ES256, sha256(b"garbage").digest(), payload, bytes(64))
    stand.net.answers[MIRROR] = country.document(number=2)
    stand.refresh()
    assert stand.changes == [("KZ", 1), ("KZ", 2)]
    assert (stand.refused("UnchainedDirectory", "AX"), stand.refused("ForgedDirectory", "AX")) == (1, 1)
    assert Directories(DirectoryStore(tmp_path, OsDisk()), stand.directories.anchors).get("KZ") is not None


@pytest.mark.parametrize("failure", [ValueError("unforeseen"), UnicodeEncodeError("ascii", "х", 0, 1, "not ASCII")])
def test_what_nobody_foresaw_at_one_address_stops_nothing(country, tmp_path, failure):
    stand = Stand(tmp_path, Country("AX").anchor("http://пример.example/"), country.anchor(URL, MIRROR))
    stand.net.answers |= {URL: failure, "http://пример.example/": failure, MIRROR: country.document()}
    stand.refresh()
    assert stand.changes == [("KZ", 1)]
    assert stand.refused(type(failure).__name__.removesuffix("Error"), "AX") == 1


def test_a_change_that_cannot_be_taken_over_is_told_and_stops_nothing(country, tmp_path):
    other = Country("TJ")
    stand = Stand(tmp_path, other.anchor(URL), country.anchor(MIRROR))
    stand.net.answers |= {URL: other.document(), MIRROR: country.document()}

    async def changed(change):
        if change.instance == "TJ":
            raise RuntimeError("cannot")
        stand.changes.append((change.instance, change.number))

    stand.refresher._changed = changed
    stand.refresh()
    assert stand.changes == [("KZ", 1)]
    (event,) = [event for event in stand.events() if event["event"] == "directory_change_failed"]
    assert (event["instance"], event["why"]) == ("TJ", "RuntimeError('cannot')")


def test_the_loop_goes_on_while_a_document_is_judged(country, stand, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()

    def slow(_directory):
        begun.set()
        assert go_on.wait(10)

    monkeypatch.setattr("kopir.bridge.directory.check_certificates", slow)
    stand.net.answers[URL] = country.document()

    async def scene():
        task = asyncio.create_task(stand.refresher.refresh(NOW_MS))
        assert await asyncio.to_thread(begun.wait, 10)
        assert stand.changes == []
        go_on.set()
        await task

    asyncio.run(scene())
    assert stand.changes == [("KZ", 1)]


def test_a_full_folder_raises_the_alarm_and_tells_in_time(country, stand, monkeypatch):
    monkeypatch.setattr("kopir.bridge.directory_store.LIMIT_KEPT", 4)
    for number in range(1, 6):
        services = () if number % 2 else country.directory.services
        stand.net.answers[URL] = country.document(number=number, services=services)
        stand.refresh()
    told = [(event["event"], event.get("percent")) for event in stand.events() if event["level"] == "error"]
    assert told == [("directories_filling", 75), ("directories_filling", 100), ("directory_alarm", None)]
    assert stand.refresher.alarms == 1
    assert stand.directories.get("KZ").directory.number == 4
