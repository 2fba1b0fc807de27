"""The directory document of one country (docs/reference/protocol.md §6): content, bytes, signature frame, succession.

A `Directory` cannot be built that breaks a rule of the document, so whoever holds one need not check it again. Whether
bytes may be believed (the signature, the chains of the certificates) is decided outside of `wire`.
"""

from kopir.wire.directory.codec import decode, encode
from kopir.wire.directory.content import (
    Directory,
    MemberEntry,
    NodeEntry,
    ServiceEntry,
    SignerEntry,
    StampAuthorityEntry,
    SubsystemEntry,
)
from kopir.wire.directory.envelope import Envelope, frame, to_be_signed, unframe
from kopir.wire.directory.succession import (
    DirectoryError,
    EarlyDirectoryError,
    EquivocalDirectoryError,
    ExpiredDirectoryError,
    ForeignDirectoryError,
    OlderDirectoryError,
    check_in_time,
    check_origin,
    check_succession,
)

__all__ = [
    "Directory",
    "DirectoryError",
    "EarlyDirectoryError",
    "Envelope",
    "EquivocalDirectoryError",
    "ExpiredDirectoryError",
    "ForeignDirectoryError",
    "MemberEntry",
    "NodeEntry",
    "OlderDirectoryError",
    "ServiceEntry",
    "SignerEntry",
    "StampAuthorityEntry",
    "SubsystemEntry",
    "check_in_time",
    "check_origin",
    "check_succession",
    "decode",
    "encode",
    "frame",
    "to_be_signed",
    "unframe",
]
