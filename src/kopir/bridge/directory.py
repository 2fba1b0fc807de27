"""The directories in force: one document for each instance that an anchor makes this node trust, and its succession.

A document comes into force when its signature holds under a key that this node trusts for the instance, it is newer
than the one in force, neither expired nor from the future, and every certificate in it chains to its own authorities.
Keys: the anchor's signs until a document announces the next; from the first document under the next key on, the
former is worth nothing. Whatever is in force can be traced back to the anchor through documents that are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from kopir.bridge.anchors import Anchor
from kopir.bridge.directory_checks import ForgedDirectoryError, check_certificates, check_signature
from kopir.bridge.directory_store import DirectoryStore, Kept
from kopir.wire.directory import (
    Directory,
    Envelope,
    EquivocalDirectoryError,
    NodeEntry,
    SignerEntry,
    check_in_time,
    check_origin,
    check_succession,
    decode,
    unframe,
)
from kopir.wire.errors import MalformedError, RefusedError

OUTDATED: Final = "OutdatedGlobalConf"
UNKNOWN_MEMBER: Final = "UnknownMember"


@dataclass(frozen=True, slots=True)
class InForce:
    """A document as it is used: `key` signed it (SubjectPublicKeyInfo), since `since_ms` this node uses it."""

    directory: Directory
    document: bytes
    key: bytes
    since_ms: int

    @property
    def digest(self) -> bytes:
        """SHA-256 of the document, as the journal names it."""
        return sha256(self.document).digest()


@dataclass(frozen=True, slots=True)
class Change:
    """What a new document changed: certificates that came, and that left and are dead from now on (SHA-256 each).

    `number` and `digest` are None when the instance has no document any more: its anchor was taken away.
    """

    instance: str
    number: int | None
    digest: bytes | None
    added_kids: frozenset[bytes]
    removed_kids: frozenset[bytes]
    added_tls: frozenset[bytes]
    removed_tls: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class _Link:
    """A kept document on the way back to the anchor, and the key that must have signed it."""

    kept: Kept
    document: bytes
    envelope: Envelope
    directory: Directory
    key: bytes = b""

    def holds(self) -> bool:
        """Whether the signature is that of `key`."""
        try:
            check_signature(self.envelope, {self.envelope.kid: self.key})
        except ForgedDirectoryError:
            return False
        return True


class Directories:
    """What this node knows of each trusted instance. Made from the store, so the last good copy outlives an outage."""

    __slots__ = ("_anchors", "_in_force", "_store", "damaged")

    def __init__(self, store: DirectoryStore, anchors: Mapping[str, Anchor]) -> None:
        """Load what the store holds and the anchors still vouch for. Raises `OSError`.

        `damaged` then names kept documents that cannot be read any more, and were passed over.
        """
        self._store = store
        self._anchors: Mapping[str, Anchor] = {}
        self._in_force: dict[str, InForce] = {}
        self.damaged: list[Path] = []
        self.replace_anchors(anchors)

    @property
    def anchors(self) -> Mapping[str, Anchor]:
        """Whom this node trusts, by instance."""
        return self._anchors

    def get(self, instance: str) -> InForce | None:
        """The last document accepted of an instance, expired or not."""
        return self._in_force.get(instance)

    def in_force(self, instance: str, now_ms: int) -> Directory:
        """The directory of an instance for use now.

        Raises `RefusedError`: UnknownMember if the instance is not trusted here, OutdatedGlobalConf if there is no
        document of it that is still valid.
        """
        current = self._in_force.get(instance)
        if current is not None and now_ms < current.directory.expires_ms:
            return current.directory
        self._anchor(instance)
        state = "was never fetched" if current is None else f"number {current.directory.number} has expired"
        raise RefusedError(f"the directory of {instance} {state}; see why the log says it is refused", code=OUTDATED)

    def signer(self, instance: str, kid: bytes) -> SignerEntry | None:
        """Whose signing certificate this is in the last document of the instance."""
        current = self._in_force.get(instance)
        return None if current is None else current.directory.signer(kid)

    def nodes_by_tls(self, digest: bytes) -> tuple[NodeEntry, ...]:
        """The nodes, of any instance, that present the TLS certificate with this SHA-256: none, one, rarely more."""
        found = (current.directory.node_by_tls(digest) for current in self._in_force.values())
        return tuple(node for node in found if node is not None)

    def authorities(self) -> tuple[bytes, ...]:
        """The certificates (DER) of all authorities of all instances, for the trust store of the peer leg."""
        return tuple(dict.fromkeys(der for current in self._in_force.values() for der in current.directory.authorities))

    def accept(self, instance: str, document: bytes, now_ms: int) -> Change | None:
        """Put a fetched document in force; None means that it was in force already.

        Raises `MalformedError`, `ForgedDirectoryError`, `UnchainedDirectoryError` or an error of
        `kopir.wire.directory`, or `OSError` of the store; what was in force stays.
        """
        anchor = self._anchor(instance)
        current = self._in_force.get(instance)
        envelope = unframe(document)
        keys = _trusted_keys(anchor, current)
        check_signature(envelope, keys)
        directory = decode(envelope.payload)
        check_origin(directory, instance=instance, lowest_number=anchor.lowest_number)
        is_new = current is None or self._succeeds(current, directory, envelope.payload, document)
        check_in_time(directory, now_ms)
        if not is_new:
            return None
        check_certificates(directory)
        self._store.keep(instance, directory.number, now_ms, document)
        self._in_force[instance] = InForce(directory, document, keys[envelope.kid], now_ms)
        return _change(instance, current, self._in_force[instance])

    def replace_anchors(self, anchors: Mapping[str, Anchor]) -> list[Change]:
        """Trust exactly these from now on. What they do not vouch for is no longer in force. Raises `OSError`."""
        before = self._in_force
        after = {instance: self._load(anchor) for instance, anchor in anchors.items()}
        self._in_force = {instance: current for instance, current in after.items() if current is not None}
        self._anchors = dict(anchors)
        pairs = [(name, before.get(name), self._in_force.get(name)) for name in sorted(before.keys() | after.keys())]
        return [_change(name, old, new) for name, old, new in pairs if old != new]

    def documents_at(self, instance: str, instant_ms: int) -> tuple[bytes, ...]:
        """For evidence: the document that was in force here at an instant, then those that announced its key.

        Empty if there was none. Raises `OSError`.
        """
        anchor = self._anchor(instance)
        kept = [one for one in self._store.kept(instance) if one.since_ms <= instant_ms]
        return tuple(link.document for link in self._trace(anchor, kept))

    def _anchor(self, instance: str) -> Anchor:
        anchor = self._anchors.get(instance)
        if anchor is None:
            raise RefusedError(f"no anchor for instance {instance} was accepted here", code=UNKNOWN_MEMBER)
        return anchor

    def _succeeds(self, current: InForce, directory: Directory, payload: bytes, document: bytes) -> bool:
        present = sha256(unframe(current.document).payload).digest()
        try:
            return check_succession(current.directory, present, directory, sha256(payload).digest())
        except EquivocalDirectoryError:
            self._store.keep_equivocal(directory.instance, directory.number, document)
            raise

    def _load(self, anchor: Anchor) -> InForce | None:
        """The newest kept document that the anchor vouches for. Signatures are checked again: disks forget."""
        kept = self._store.kept(anchor.instance)
        while links := self._trace(anchor, kept):
            newest = links[0]
            if links[-1].envelope.kid != anchor.kid or newest.directory.number < anchor.lowest_number:
                return None
            broken = next((link for link in links if not link.holds()), None)
            if broken is None:
                return InForce(newest.directory, newest.document, newest.key, newest.kept.since_ms)
            self._note_damage(broken.kept)
            kept.remove(broken.kept)
        return None

    def _trace(self, anchor: Anchor, kept: Iterable[Kept]) -> list[_Link]:
        """The newest of `kept` and those that announced its key, back to the anchor's key or as far as there are any.

        The first document under a key stands right behind the one in which that key was announced.
        """
        links: list[_Link] = []
        for one in sorted(kept, reverse=True):
            link = self._read(one, links[-1].envelope.kid if links else b"")
            if link is None:
                continue
            if links:
                next_key = link.directory.next_key
                if next_key is None or sha256(next_key).digest() != links[-1].envelope.kid:
                    break
                links[-1] = replace(links[-1], key=next_key)
            links.append(link)
            if link.envelope.kid == anchor.kid:
                links[-1] = replace(link, key=anchor.key)
                break
        return links

    def _read(self, kept: Kept, passed_kid: bytes) -> _Link | None:
        """A kept document; None if it is damaged or signed with the key `passed_kid`, in which nobody is interested."""
        document = self._store.read(kept)
        try:
            envelope = unframe(document)
            if envelope.kid == passed_kid:
                return None
            directory = decode(envelope.payload)
        except MalformedError:
            self._note_damage(kept)
            return None
        return _Link(kept, document, envelope, directory)

    def _note_damage(self, kept: Kept) -> None:
        if kept.path not in self.damaged:
            self.damaged.append(kept.path)


def _trusted_keys(anchor: Anchor, current: InForce | None) -> dict[bytes, bytes]:
    """The keys that may sign the next document: the one that signed the last, and the one that it announces."""
    if current is None:
        return {anchor.kid: anchor.key}
    keys = [current.key, current.directory.next_key]
    return {sha256(key).digest(): key for key in keys if key is not None}


def _change(instance: str, old: InForce | None, new: InForce | None) -> Change:
    none: frozenset[bytes] = frozenset()
    old_kids, old_tls = (none, none) if old is None else (old.directory.kids, old.directory.tls_digests)
    new_kids, new_tls = (none, none) if new is None else (new.directory.kids, new.directory.tls_digests)
    return Change(
        instance=instance,
        number=None if new is None else new.directory.number,
        digest=None if new is None else new.digest,
        added_kids=new_kids - old_kids,
        removed_kids=old_kids - new_kids,
        added_tls=new_tls - old_tls,
        removed_tls=old_tls - new_tls,
    )
