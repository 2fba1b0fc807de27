"""The tree of what can go wrong in an exchange, by whose fault it is.

    ProtocolError
    ├── LocalProtocolError           ours: a bug or a refusal to do what would break the protocol
    ├── CallerError                  the information system's: its request cannot be accepted
    │   └── (codes Client.*)
    ├── RefusedError                 the exchange is well-formed, but this node will not carry it out
    │   └── (codes Server.ClientProxy.*, Server.ServerProxy.*)
    └── PeerProtocolError            the other node's: what it sent does not hold
        ├── MalformedError           bytes that are no frame, record, receipt, directory or evidence file
        ├── InvalidEvidenceError     well-formed, but the proof does not hold
        ├── WrongSignerError         the proof holds, but that key may not sign this
        ├── ReplayError              seen before, too old, or from the future
        └── MisroutedError           meant for another node, or an answer to another question

`code` is the last part of an X-Road fault code (facts C14) and never changes; who reports it puts the prefix before it.
"""

from __future__ import annotations


class ProtocolError(Exception):
    """Base of all. `code` is stable and machine-readable; the message says what is wrong and the remedy, if any."""

    code = "InternalError"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        """Keep `message` for people; `code` overrides the class's where one class serves several codes."""
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class LocalProtocolError(ProtocolError):
    """Our fault."""

    code = "InternalError"


class CallerError(ProtocolError):
    """The caller's fault; told to it with the prefix `Client`."""

    code = "BadRequest"


class RefusedError(ProtocolError):
    """A request that this node understands and will not carry out: unknown name, no right, service out of order."""

    code = "AccessDenied"


class PeerProtocolError(ProtocolError):
    """The other node's fault."""

    code = "InvalidMessage"


class MalformedError(PeerProtocolError):
    """Bytes that do not have the form they must have. `offset` names the first bad byte where it is known."""

    code = "InvalidMessage"

    def __init__(self, message: str, *, offset: int | None = None, code: str | None = None) -> None:
        """Keep `offset`, counted from the start of the structure that was being read."""
        super().__init__(message if offset is None else f"{message} (byte {offset})", code=code)
        self.offset = offset


class InvalidEvidenceError(PeerProtocolError):
    """A signature, digest or inclusion proof that does not hold."""

    code = "InvalidSignatureValue"


class WrongSignerError(PeerProtocolError):
    """A good signature by a key that may not sign this record."""

    code = "IncorrectCertificate"


class ReplayError(PeerProtocolError):
    """A record accepted before, older than the window, or ahead of the clock."""

    code = "InvalidRequest"


class MisroutedError(PeerProtocolError):
    """A record for another node, or an answer to another request."""

    code = "InconsistentResponse"
