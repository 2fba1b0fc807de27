"""What an evidence file says and proves, for people and as JSON. Texts of strangers are shown without what could harm.

The verdict is the last line; everything above it is proven only if that line says so.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from kopir.bridge.judging import Proof, Verdict
from kopir.wire import evidence as files
from kopir.wire import record as records
from kopir.wire.record import Kind, Record

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WIDTH: Final = 18
_VERDICTS: Final = {
    Proof.STAMPED: "STAMPED",
    Proof.SIGNED: "SIGNED, NOT YET STAMPED",
    Proof.UNANSWERED: "REQUEST WITHOUT ANSWER",
    Proof.INVALID: "INVALID",
}


def as_text(verdict: Verdict, bodies: frozenset[str] = frozenset()) -> str:
    """The report; `bodies` are those (`request`, `answer`) that were held against the file."""
    lines = []
    if verdict.request is not None:
        if verdict.proof is Proof.INVALID:
            lines.append("What the file says, none of it proven:")
        lines += _exchange(verdict.request, verdict.answer, verdict)
    if verdict.proof is not Proof.INVALID:
        lines += [
            _line(f"{name} body", "is the one that was given") for name in ("request", "answer") if name in bodies
        ]
        lines += _journal(verdict.journal)
        lines.append(_line("time stamp", _stamp(verdict)))
    place = f" (check: {verdict.check}; at: {shown(verdict.where or '')})" if verdict.check else ""
    lines.append(f"{_VERDICTS[verdict.proof]}: {shown(verdict.message)}{place}")
    return "\n".join(lines)


def _stamp(verdict: Verdict) -> str:
    if verdict.late_ms is not None:
        return f"{_instant(verdict.late_ms)}, too late"
    return "none yet" if verdict.stamped_ms is None else _instant(verdict.stamped_ms)


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The report for machines. In an invalid one, `request` and `answer` are what the file says and prove nothing."""
    return {
        "verdict": verdict.proof.value,
        "check": verdict.check,
        "where": verdict.where,
        "message": verdict.message,
        "stamped_ms": verdict.stamped_ms,
        "late_ms": verdict.late_ms,
        "request": _record(verdict.request),
        "answer": _record(verdict.answer),
        "journal": _journal_as_json(verdict.journal),
        "names": dict(verdict.names),
    }


def contents_as_text(evidence: files.Evidence) -> str:
    """What a file says. Raises MalformedError where its records cannot be read."""
    request = records.decode(evidence.request.record)
    answer = None if evidence.answer is None else records.decode(evidence.answer.record)
    lines = [
        *_exchange(request, answer),
        _line("directories", f"{len(evidence.directories)} documents"),
        *_journal(evidence.journal),
        _line("time stamp", "none yet" if evidence.stamp is None else f"a token of {len(evidence.stamp)} bytes"),
    ]
    return "\n".join(lines)


def contents_as_json(evidence: files.Evidence) -> dict[str, Any]:
    """What a file says, for machines. Raises as `contents_as_text`."""
    answer = evidence.answer
    return {
        "request": _record(records.decode(evidence.request.record)),
        "answer": None if answer is None else _record(records.decode(answer.record)),
        "directories": [len(document) for document in evidence.directories],
        "journal": _journal_as_json(evidence.journal),
        "stamp": None if evidence.stamp is None else evidence.stamp.hex(),
    }


def shown(text: str) -> str:
    """The text with what a terminal could obey, or a reader be misled by, written as an escape."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def _exchange(request: Record, answer: Record | None, verdict: Verdict | None = None) -> list[str]:
    names = {} if verdict is None else verdict.names
    asked = f"{request.method} {request.service}{request.target}"
    lines = [
        _line("asked by", _named(request.client, names)),
        _line("asked", _named(asked, names)),
        _line("at", _instant(request.instant_ms)),
        _line("request id", str(uuid.UUID(bytes=request.request_id))),
        _line("message id", request.message_id),
        _line("nodes", f"{request.from_node} to {request.to_node}"),
    ]
    details = {
        "user": request.user,
        "represented party": request.represented_party,
        "issue": request.issue,
        "purpose": request.purpose,
        "legal basis": request.legal_basis,
        "person concerned": None if request.subject_digest is None else f"digest {request.subject_digest.hex()}",
    }
    lines += [_line(what, text) for what, text in details.items() if text is not None]
    lines.append(_line("request body", _body(request)))
    if answer is None:
        lines.append(_line("answer", "none in this file"))
    elif answer.kind is Kind.UNANSWERED:
        lines.append(_line("answer", f"none came: {answer.reason}"))
        lines.append(_line("noted at", _instant(answer.instant_ms)))
    else:
        refusal = f", refused: {answer.reason}" if answer.kind is Kind.REFUSAL else ""
        lines.append(_line("answer", f"status {answer.status}{refusal}"))
        lines.append(_line("answered at", _instant(answer.instant_ms)))
        lines.append(_line("answer body", _body(answer)))
    return lines


def _named(identifier: str, names: Any) -> str:  # noqa: ANN401 - a mapping of texts
    """The identifier, and the name that the directory gives its member."""
    member = "/".join(identifier.partition(" ")[2].split("/")[:3] if " " in identifier else identifier.split("/")[:3])
    name = names.get(member)
    return f"{identifier} ({name})" if name else identifier


def _body(record: Record) -> str:
    if not record.body_length:
        return "none"
    kind = f" of {record.media_type}" if record.media_type else ""
    return f"{record.body_length} bytes{kind}, SHA-256 {record.body_digest.hex()}"


def _journal(journal: files.JournalPart | None) -> list[str]:
    if journal is None:
        return [_line("journal", "no place in a journal")]
    entries = " and ".join(str(place.index) for place in journal.places)
    side = "consumer" if journal.side == files.CONSUMER else "provider"
    return [_line("journal", f"of {journal.node}, as {side}: entries {entries} of {journal.size}")]


def _journal_as_json(journal: files.JournalPart | None) -> dict[str, Any] | None:
    if journal is None:
        return None
    return {
        "node": journal.node,
        "side": journal.side,
        "size": journal.size,
        "root": journal.root.hex(),
        "indexes": [place.index for place in journal.places],
    }


def _record(record: Record | None) -> dict[str, Any] | None:
    """All fields by their names; bytes in hexadecimal, the kind in words."""
    if record is None:
        return None
    fields = {name: value.hex() if isinstance(value, bytes) else value for name, value in record._asdict().items()}
    return fields | {"kind": record.kind.name.lower(), "request_id": str(uuid.UUID(bytes=record.request_id))}


def _line(what: str, text: str) -> str:
    return f"{what + ':':<{_WIDTH}} {shown(text)}"


def _instant(ms: int) -> str:
    return (_EPOCH + timedelta(milliseconds=ms)).isoformat(sep=" ", timespec="milliseconds").replace("+00:00", " UTC")
