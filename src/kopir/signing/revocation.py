"""Certificate revocation lists (RFC 5280 §5): which serials an authority has taken back, and since when.

Lists come inside a country's signed directory. None for an authority means that it takes back by the directory alone;
one that is there must hold and be current, else nothing of that authority is believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from cryptography import x509

from .errors import CertificateError, Reason
from .facts import Certificate, check_signature_algorithm, check_whole_signature, milliseconds

MAX_LIST_BYTES: Final = 2 * 1024 * 1024

# Everything else that is critical narrows what a list covers (delta lists, distribution points): not understood here.
_UNDERSTOOD: Final = frozenset({x509.AuthorityKeyIdentifier.oid, x509.CRLNumber.oid})


@dataclass(frozen=True, slots=True)
class RevocationList:
    """One list, read once from its bytes; whether its signature holds is asked of each issuer. Times: ms since 1970."""

    der: bytes
    issuer: str = field(compare=False)
    this_update_ms: int = field(compare=False)
    next_update_ms: int = field(compare=False)
    parsed: x509.CertificateRevocationList = field(compare=False, repr=False)

    def is_signed_by(self, issuer: Certificate) -> bool:
        """Say whether `issuer`, whose name is that of the list, signed it and may sign lists."""
        return "crl_sign" in issuer.usages and self.parsed.is_signature_valid(issuer.public_key)

    def revoked_at(self, at_ms: int) -> frozenset[int]:
        """Give the serials revoked at an instant. A hold counts as revoked while it is listed."""
        return frozenset(
            entry.serial_number for entry in self.parsed if milliseconds(entry.revocation_date_utc) <= at_ms
        )


@lru_cache(maxsize=64)
def load_crl(der: bytes) -> RevocationList:
    """Read one list from its DER; remembered, for it is a pure function of the bytes.

    Raises:
        CertificateError: BAD_REVOCATION_LIST for bytes that are no full list; WEAK_SIGNATURE.
    """
    if len(der) > MAX_LIST_BYTES:
        raise CertificateError(Reason.BAD_REVOCATION_LIST, f"a revocation list has at most {MAX_LIST_BYTES} bytes")
    try:
        parsed = x509.load_der_x509_crl(der)
        extensions = parsed.extensions
        check_whole_signature(parsed, der)
        check_signature_algorithm(parsed)
        issuer = parsed.issuer.rfc4514_string()
    except CertificateError:
        raise
    except Exception as error:  # noqa: BLE001 - hostile bytes: see `load_certificate`
        raise CertificateError(Reason.BAD_REVOCATION_LIST, f"this revocation list cannot be read: {error}") from None
    unknown = next((e.oid.dotted_string for e in extensions if e.critical and e.oid not in _UNDERSTOOD), None)
    if unknown is not None:
        raise CertificateError(Reason.BAD_REVOCATION_LIST, f"the list of {issuer} has the critical extension {unknown}")
    if parsed.next_update_utc is None:
        raise CertificateError(Reason.BAD_REVOCATION_LIST, f"the list of {issuer} does not say when the next one comes")
    return RevocationList(
        der=der,
        issuer=issuer,
        this_update_ms=milliseconds(parsed.last_update_utc),
        next_update_ms=milliseconds(parsed.next_update_utc),
        parsed=parsed,
    )


def check_revocation(subject: Certificate, issuer: Certificate, crls: Sequence[RevocationList], at_ms: int) -> None:
    """Refuse a certificate that its issuer had taken back at `at_ms`; see `Revocations.check`."""
    Revocations(crls, at_ms).check(subject, issuer)


class Revocations:
    """Lists for asking of many certificates at one instant: what holds of a list and its issuer is found out once."""

    __slots__ = ("_at_ms", "_revoked", "_states", "lists")

    def __init__(self, lists: Sequence[RevocationList], at_ms: int) -> None:
        self.lists = lists
        self._at_ms = at_ms
        self._states: dict[Certificate, _State] = {}
        self._revoked: dict[bytes, frozenset[int]] = {}

    def check(self, subject: Certificate, issuer: Certificate) -> None:
        """Refuse a certificate that its issuer had taken back at the instant.

        A list newer than the instant serves: it dates its entries. A list whose name is the issuer's but that the
        issuer did not sign is another key's of the same name, or forged; if none of that name holds, nothing is
        believed.

        Raises:
            CertificateError: REVOKED, BAD_REVOCATION_LIST or STALE_REVOCATION_LIST.
        """
        state = self._states.get(issuer)
        if state is None:
            state = self._states[issuer] = self._state(issuer)
        if not state.is_named:
            return
        if not state.signed:
            raise CertificateError(
                Reason.BAD_REVOCATION_LIST, f"no revocation list of {issuer.subject} is signed by it"
            )
        if any(subject.parsed.serial_number in self._revoked_of(crl) for crl in state.signed):
            raise CertificateError(Reason.REVOKED, f"{issuer.subject} revoked the certificate of {subject.subject}")
        if not any(crl.next_update_ms >= self._at_ms for crl in state.signed):
            raise CertificateError(
                Reason.STALE_REVOCATION_LIST,
                f"the revocation list of {issuer.subject} is out of date: its authority must publish a new one",
            )

    def _state(self, issuer: Certificate) -> _State:
        named = [crl for crl in self.lists if crl.parsed.issuer == issuer.parsed.subject]
        return _State(bool(named), tuple(crl for crl in named if crl.is_signed_by(issuer)))

    def _revoked_of(self, crl: RevocationList) -> frozenset[int]:
        found = self._revoked.get(crl.der)
        if found is None:
            found = self._revoked[crl.der] = crl.revoked_at(self._at_ms)
        return found


@dataclass(frozen=True, slots=True)
class _State:
    """Whether there are lists of an issuer's name, and those that it signed."""

    is_named: bool
    signed: tuple[RevocationList, ...]
