"""Judging offline: each kind of proof, the bodies, and every byte of a file counts even with its checksum mended."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import pytest

from exchanges import ANSWER_BODY, AT_MS, REQUEST_BODY, STAMPED_MS, Exchange, mend
from kopir.bridge.evidence_report import as_text
from kopir.bridge.judging import STAMP_WITHIN_MS, Body, Proof, Verdict, judge
from kopir.wire import evidence as files
from kopir.wire.record import Kind


@pytest.fixture(scope="module")
def world() -> Exchange:
    return Exchange()


def verdict_on(world: Exchange, evidence: files.Evidence, **bodies: bytes) -> Verdict:
    given = {name: Body(len(body), sha256(body).digest()) for name, body in bodies.items()}
    return judge(files.encode(evidence), world.anchors, given)


def test_an_answered_and_stamped_exchange(world):
    verdict = verdict_on(world, world.evidence())
    assert (verdict.proof, verdict.exit_code, verdict.check) == (Proof.STAMPED, 0, None)
    assert verdict.stamped_ms == STAMPED_MS
    assert verdict.request == world.request
    assert verdict.answer == world.answer
    assert verdict.journal is not None
    assert verdict.names == {"TJ/GOV/1": "Ministry", "KZ/GOV/1": "Ministry"}


@pytest.mark.parametrize("side", [files.CONSUMER, files.PROVIDER])
def test_each_side_can_prove_it(world, side):
    assert verdict_on(world, world.evidence(side=side)).proof is Proof.STAMPED


def test_a_signed_exchange_waits_for_its_stamp(world):
    verdict = verdict_on(world, world.evidence(stamped=False))
    assert (verdict.proof, verdict.exit_code, verdict.stamped_ms) == (Proof.SIGNED, 3, None)
    assert verdict_on(world, world.evidence(stamped=False, journal=None)).proof is Proof.SIGNED


def test_a_stamp_that_came_too_late_proves_no_more_than_that_the_file_existed(world):
    """Whoever stole a key can have a journal of his own stamped, long after the key was removed and taken back."""
    journal = world.place()
    at_ms = AT_MS + STAMP_WITHIN_MS
    in_time = verdict_on(world, world.evidence(journal=journal, stamp=world.stamp(journal, at_ms=at_ms)))
    assert (in_time.proof, in_time.stamped_ms, in_time.late_ms) == (Proof.STAMPED, at_ms, None)
    late = verdict_on(world, world.evidence(journal=journal, stamp=world.stamp(journal, at_ms=at_ms + 1000)))
    assert (late.proof, late.exit_code, late.check, late.where) == (Proof.SIGNED, 3, "stamp", "request record")
    assert (late.stamped_ms, late.late_ms) == (None, at_ms + 1000)
    assert "stamped too late" in late.message
    assert "too late" in as_text(late)


@pytest.mark.parametrize("instance", ["TJ", "KZ"])
def test_a_stamp_counts_only_beside_the_directories_of_its_time(world, instance):
    country = world.tj if instance == "TJ" else world.kz
    other = world.kz if instance == "TJ" else world.tj
    documents = (country.document(expires_ms=AT_MS + 1_800_000), other.document())
    journal = world.place()
    for at_ms, late in ((AT_MS + 1_859_000, None), (AT_MS + 1_860_000, f"directory of {instance}")):
        stamp = world.stamp(journal, at_ms=at_ms)
        verdict = verdict_on(world, world.evidence(directories=tuple(sorted(documents)), journal=journal, stamp=stamp))
        assert (verdict.proof, verdict.where) == (Proof.SIGNED if late else Proof.STAMPED, late)


@pytest.mark.parametrize("stamped", [True, False])
def test_a_request_without_answer_is_told_from_an_exchange(world, stamped):
    verdict = verdict_on(world, world.unanswered(stamped=stamped))
    assert (verdict.proof, verdict.exit_code) == (Proof.UNANSWERED, 4)
    assert verdict_on(world, world.answered(Kind.UNANSWERED).evidence(stamped=stamped)).exit_code == 4


def test_a_refusal_is_an_answer_of_the_node(world):
    verdict = verdict_on(world, world.answered(Kind.REFUSAL).evidence())
    assert verdict.proof is Proof.STAMPED
    assert verdict.answer is not None
    assert verdict.answer.kind is Kind.REFUSAL


def test_the_bodies_that_the_records_speak_for(world):
    assert verdict_on(world, world.evidence(), request=REQUEST_BODY, answer=ANSWER_BODY).proof is Proof.STAMPED


@pytest.mark.parametrize(
    ("bodies", "where"),
    [
        ({"request": ANSWER_BODY}, "request body"),
        ({"request": REQUEST_BODY, "answer": ANSWER_BODY[:-1] + b"]"}, "answer body"),
        ({"answer": b""}, "answer body"),
    ],
)
def test_another_body_is_refused(world, bodies, where):
    verdict = verdict_on(world, world.evidence(), **bodies)
    assert (verdict.proof, verdict.check, verdict.where) == (Proof.INVALID, "bodies", where)


@pytest.mark.parametrize("noted", [True, False])
def test_no_body_is_proven_by_an_answer_that_is_not_there(world, noted):
    evidence = world.answered(Kind.UNANSWERED).evidence() if noted else world.unanswered()
    verdict = verdict_on(world, evidence, answer=b"")
    assert (verdict.proof, verdict.check) == (Proof.INVALID, "bodies")


def test_an_instance_without_anchor_proves_nothing(world):
    verdict = judge(files.encode(world.evidence()), {"TJ": world.tj.anchor()})
    assert (verdict.check, verdict.where) == ("directories", "directory of KZ")
    assert "no anchor of KZ" in verdict.message


def test_the_anchor_of_another_key_proves_nothing(world):
    other = Exchange()
    verdict = judge(files.encode(world.evidence()), world.anchors | {"KZ": other.kz.anchor()})
    assert (verdict.proof, verdict.check) == (Proof.INVALID, "directories")


def test_an_invalid_file_still_tells_what_it_says(world):
    late = world.make_answer(instant_ms=AT_MS - 60_001)
    evidence = world.evidence(stamp=world.stamp(world.place(), at_ms=AT_MS - 61_000))
    verdict = verdict_on(world, evidence)
    assert late != verdict.answer == world.answer
    assert (verdict.exit_code, verdict.check, verdict.where) == (1, "times", "request record")


def test_every_cut_of_a_file_is_refused(world):
    data = files.encode(world.evidence())
    assert all(judge(data[:end], world.anchors).check == "checksum" for end in range(len(data)))


def survivors(world: Exchange, evidence: files.Evidence) -> Iterator[int]:
    """Places of bytes of which one bit can change, the checksum be mended, and the file still prove something.

    Of the directories, each under a signature of its own, every 32nd byte is tried.
    """
    data = files.encode(evidence)
    start = data.index(evidence.directories[0])
    end = data.index(evidence.directories[-1]) + len(evidence.directories[-1])
    for at in (*range(start), *range(start, end, 32), *range(end, len(data) - 34)):
        changed = bytearray(data)
        changed[at] ^= 1 << at % 8
        if judge(mend(bytes(changed)), world.anchors).proof is not Proof.INVALID:
            yield at


def test_no_byte_of_a_stamped_file_can_change(world):
    assert list(survivors(world, world.evidence())) == []


def test_without_a_stamp_only_sizes_on_which_nothing_rests_can_change(world):
    """A tree's size without a signed root over it is a claim that no verdict and no fact rests on (protocol.md §4).

    Batch and journal of a larger size can have the same path to the same leaf. The receipts' sizes are covered by the
    journal's entries as soon as there is a journal part, and the journal's size by its stamp.
    """
    evidence = world.evidence(stamped=False, journal=None)
    data = files.encode(evidence)
    sizes = {data.index(one.receipt) + one.receipt.index(b"\x83\x05\x01") + 1 for one in evidence.records}
    changed = bytearray(data)
    for at in sizes:
        changed[at] = 6
    verdict = judge(mend(bytes(changed)), world.anchors)
    assert (verdict.proof, verdict.request, verdict.answer) == (Proof.SIGNED, world.request, world.answer)
    assert set(survivors(world, evidence)) <= sizes
    assert list(survivors(world, world.evidence(stamped=False))) == []
