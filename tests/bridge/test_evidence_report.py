"""Reports of evidence: calm, complete, the verdict last, and nothing in them that a terminal obeys."""

from __future__ import annotations

import json

import pytest

from exchanges import Exchange, seal
from kopir.bridge.evidence_report import as_json, as_text, contents_as_json, contents_as_text, shown
from kopir.bridge.judging import Verdict, judge
from kopir.wire import evidence as files
from kopir.wire.errors import MalformedError
from kopir.wire.record import Kind


@pytest.fixture(scope="module")
def world() -> Exchange:
    return Exchange()


def verdict_on(world: Exchange, evidence: files.Evidence) -> Verdict:
    return judge(files.encode(evidence), world.anchors)


def test_who_asked_whom_what_and_when(world):
    lines = as_text(verdict_on(world, world.evidence()), frozenset({"request"})).splitlines()
    text = "\n".join(" ".join(line.split()) for line in lines)
    for line in (
        "asked by: TJ/GOV/1/registry (Ministry)",
        "asked: POST KZ/GOV/1/registry/regions/regions?lang=kk (Ministry)",
        "at: 2027-01-15 09:00:00.000 UTC",
        "message id: TJ-42",
        "purpose: проверка адреса",
        "legal basis: Закон 94-V",
        "answer: status 200",
        "answered at: 2027-01-15 09:00:00.040 UTC",
        "request body: is the one that was given",
        "journal: of TJ/GOV/1/node1, as consumer: entries 3 and 4 of 7",
        "time stamp: 2027-01-15 09:00:30.000 UTC",
    ):
        assert line in text
    assert lines[-1].startswith("STAMPED: ")


@pytest.mark.parametrize(
    ("kind", "line", "last"),
    [
        (Kind.REFUSAL, "status 500, refused: Server.ServerProxy.AccessDenied", "SIGNED, NOT YET STAMPED: "),
        (Kind.UNANSWERED, "none came: NetworkError: nobody there", "REQUEST WITHOUT ANSWER: "),
        (None, "none in this file", "REQUEST WITHOUT ANSWER: "),
    ],
)
def test_other_ends_of_an_exchange(world, kind, line, last):
    evidence = world.answered(kind).evidence(stamped=False) if kind else world.unanswered(stamped=False)
    text = as_text(verdict_on(world, evidence))
    assert line in text
    assert "none yet" in text
    assert text.splitlines()[-1].startswith(last)


def test_without_a_journal_and_with_little_to_tell(world):
    request = world.make_request(
        purpose=None, legal_basis=None, user=None, subject_digest=None, body_length=0, media_type=None, message_id="a b"
    )
    evidence = world.evidence(request=seal(request, world.tj.signing), answer=None, journal=None, stamp=None)
    text = as_text(verdict_on(world, evidence))
    assert "no place in a journal" in text
    assert "purpose" not in text
    assert "person" not in text


def test_an_invalid_file_says_so_first_and_last(world):
    evidence = world.evidence(stamp=world.stamp(world.place(), by=world.kz.stamps))
    lines = as_text(verdict_on(world, evidence)).splitlines()
    assert lines[0] == "What the file says, none of it proven:"
    assert lines[-1].startswith("INVALID: ")
    assert lines[-1].endswith("(check: stamp; at: stamp)")


def test_what_is_no_file_at_all_is_one_line(world):
    assert as_text(judge(b"", world.anchors)).count("\n") == 0


def test_the_same_for_machines(world):
    report = json.loads(json.dumps(as_json(verdict_on(world, world.evidence()))))
    assert report["verdict"] == "stamped"
    assert report["check"] is None
    assert report["request"]["kind"] == "request"
    assert report["request"]["purpose"] == "проверка адреса"
    assert report["answer"]["status"] == 200
    assert report["journal"]["indexes"] == [3, 4]
    report = as_json(judge(b"", world.anchors))
    assert (report["verdict"], report["check"], report["request"], report["journal"]) == (
        "invalid",
        "checksum",
        None,
        None,
    )


def test_contents_without_judgement(world):
    assert "2 documents" in contents_as_text(world.evidence())
    assert "a token of" in contents_as_text(world.evidence())
    assert "none in this file" in contents_as_text(world.unanswered(stamped=False))
    assert contents_as_json(world.evidence())["answer"]["kind"] == "response"
    contents = contents_as_json(world.unanswered(stamped=False))
    assert (contents["answer"], contents["stamp"]) == (None, None)
    with pytest.raises(MalformedError):
        contents_as_text(world.evidence(request=files.Sealed(b"", b"")))


@pytest.mark.parametrize("text", ["\x1b[2J", "\r", "\u202egpj", "\u2028", "\x9b31m", "a\nINVALID: b"])
def test_nothing_in_it_can_be_obeyed_or_mislead(text):
    assert shown(text).isprintable()


def test_a_record_cannot_write_the_verdict(world):
    request = world.make_request(purpose="x\u2028STAMPED: all is well\u202e")
    answer = world.answered(Kind.RESPONSE, purpose=request.purpose)
    evidence = world.evidence(request=seal(request, world.tj.signing), answer=answer.sealed_answer)
    assert "\u2028" not in as_text(verdict_on(world, evidence))
    assert "\u202e" not in as_text(verdict_on(world, evidence))
