"""The directories in force: one document for each instance that an anchor makes this node trust, and its succession.

A document comes into force when its signature holds under a key that this node trusts for the instance, it is newer
than the one in force, neither expired nor from the future, and every certificate in it chains to its own authorities.
Keys: the anchor's signs until a document announces the next; from the first document under the next key on, the
former is worth nothing. Whatever is in force can be traced back to the anchor through documents that are kept. Judging
one may take seconds, for its content is another country's; so a running node has it done in a worker thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

from kopir.bridge.anchors import Anchor
from kopir.bridge.directory_checks import (
    ForgedDirectoryError,
    UnchainedDirectoryError,
    check_certificates,
    check_signature,
)
from kopir.bridge.directory_store import DirectoryStore, Kept
from kopir.signing.certificates import load_certificate
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
LIMIT_REFUSED: Final = 8
"""How many refused documents of an instance are remembered, so that they are not judged again every minute."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A document as it is used: `key` signed it (SubjectPublicKeyInfo), since `since_ms` this node uses it.

    `digest` is the document's SHA-256, as the journal names it; `tls` tells by SHA-256 of each TLS certificate whose it
    is, and from when to when (ms) it is valid.
    """

    directory: Directory
    document: bytes
    key: bytes
    since_ms: int
    digest: bytes
    tls: Mapping[bytes, tuple[NodeEntry, int, int]]

    @classmethod
    def of(cls, directory: Directory, document: bytes, key: bytes, since_ms: int) -> Self:
        """Work out the rest. Raises `CertificateError` if the certificates of the document were not checked."""
        certificates = [(node, load_certificate(der)) for node in directory.nodes for der in node.certificates]
        tls = {one.kid: (node, one.not_before_ms, one.not_after_ms) for node, one in certificates}
        return cls(directory, document, key, since_ms, sha256(document).digest(), tls)


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


@dataclass(frozen=True, slots=True)
class _Case:
    """A fetched document and what it is judged against. Changes nothing but the store: may run in a worker thread."""

    anchor: Anchor
    current: InForce | None
    document: bytes
    now_ms: int
    refused: dict[bytes, MalformedError | UnchainedDirectoryError]

    def judge(self, store: DirectoryStore) -> InForce | None:
        """Keep the document and give what it puts in force; None if it is in force already. Raises as `accept`."""
        if self.current is not None and self.document == self.current.document:
            check_in_time(self.current.directory, self.now_ms)
            return None
        digest = sha256(self.document).digest()
        known = self.refused.get(digest)
        if known is not None:
            raise known.with_traceback(None)
        try:
            return self._judge(store)
        except (MalformedError, UnchainedDirectoryError) as error:  # these two hang on nothing but the document itself
            if len(self.refused) >= LIMIT_REFUSED:
                del self.refused[next(iter(self.refused))]
            self.refused[digest] = error
            raise

    def _judge(self, store: DirectoryStore) -> InForce | None:
        anchor, current = self.anchor, self.current
        envelope = unframe(self.document)
        keys = _trusted_keys(anchor, current)
        check_signature(envelope, keys)
        directory = decode(envelope.payload)
        check_origin(directory, instance=anchor.instance, lowest_number=anchor.lowest_number)
        is_new = current is None or self._succeeds(store, current, directory, envelope.payload)
        check_in_time(directory, self.now_ms)
        if not is_new:
            return None
        check_certificates(directory)
        found = InForce.of(directory, self.document, keys[envelope.kid], self.now_ms)
        store.keep(anchor.instance, directory.number, self.now_ms, self.document)
        if current is not None:
            _thin(store, current, self.now_ms)
        return found

    def _succeeds(self, store: DirectoryStore, current: InForce, directory: Directory, payload: bytes) -> bool:
        present = sha256(unframe(current.document).payload).digest()
        try:
            return check_succession(current.directory, present, directory, sha256(payload).digest())
        except EquivocalDirectoryError:
            store.keep_equivocal(directory.instance, directory.number, self.document)
            raise


class Directories:
    """What this node knows of each trusted instance. Made from the store, so the last good copy outlives an outage."""

    __slots__ = ("_anchors", "_in_force", "_locks", "_refused", "_store", "damaged")

    def __init__(self, store: DirectoryStore, anchors: Mapping[str, Anchor]) -> None:
        """Load what the store holds and the anchors still vouch for. Raises `OSError`.

        `damaged` then names kept documents that cannot be read any more, and were passed over.
        """
        self._store = store
        self._anchors: Mapping[str, Anchor] = {}
        self._in_force: dict[str, InForce] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._refused: dict[str, dict[bytes, MalformedError | UnchainedDirectoryError]] = {}
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

    def nodes_by_tls(self, digest: bytes, now_ms: int) -> tuple[NodeEntry, ...]:
        """The nodes, of any instance, that present the TLS certificate with this SHA-256: none, one, rarely more.

        None as well if the certificate is not valid now: a connection may be older than its certificate's end.
        """
        found = (current.tls.get(digest) for current in self._in_force.values())
        return tuple(entry[0] for entry in found if entry is not None and entry[1] <= now_ms <= entry[2])

    def tls_certificates(self) -> dict[str, tuple[bytes, ...]]:
        """The TLS certificates (DER) of all nodes by instance, for the trust store of the peer leg."""
        return {
            instance: tuple(der for node in current.directory.nodes for der in node.certificates)
            for instance, current in self._in_force.items()
        }

    def share_kept(self, instance: str) -> float:
        """How full the folder of kept documents is; from 1 on none is accepted. Raises `OSError`."""
        return self._store.share_used(instance)

    def accept(self, instance: str, document: bytes, now_ms: int) -> Change | None:
        """Put a fetched document in force; None means that it was in force already.

        Raises `MalformedError`, `ForgedDirectoryError`, `UnchainedDirectoryError`, `DirectoriesFullError` or an error
        of `kopir.wire.directory`, or `OSError` of the store; what was in force stays.
        """
        return self._put(instance, self._case(instance, document, now_ms).judge(self._store))

    async def accept_aside(self, instance: str, document: bytes, now_ms: int) -> Change | None:
        """Do as `accept`, and let the loop go on meanwhile: only the change itself is made in it."""
        async with self._locks.setdefault(instance, asyncio.Lock()):
            while True:
                case = self._case(instance, document, now_ms)
                found = await asyncio.to_thread(case.judge, self._store)
                if case == self._case(instance, document, now_ms):  # else an anchor was replaced meanwhile
                    return self._put(instance, found)

    def replace_anchors(self, anchors: Mapping[str, Anchor]) -> list[Change]:
        """Trust exactly these from now on. What they do not vouch for is no longer in force. Raises `OSError`."""
        before = self._in_force
        after = {
            instance: before.get(instance) if self._anchors.get(instance) == anchor else self._load(anchor)
            for instance, anchor in anchors.items()
        }
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

    def _case(self, instance: str, document: bytes, now_ms: int) -> _Case:
        refused = self._refused.setdefault(instance, {})
        return _Case(self._anchor(instance), self._in_force.get(instance), document, now_ms, refused)

    def _put(self, instance: str, found: InForce | None) -> Change | None:
        if found is None:
            return None
        current = self._in_force.get(instance)
        self._in_force[instance] = found
        return _change(instance, current, found)

    def _load(self, anchor: Anchor) -> InForce | None:
        """The newest kept document that the anchor vouches for. Signatures are checked again: disks forget."""
        kept = self._store.kept(anchor.instance)
        while links := self._trace(anchor, kept):
            newest = links[0]
            if links[-1].envelope.kid != anchor.kid or newest.directory.number < anchor.lowest_number:
                return None
            broken = next((link for link in links if not link.holds()), None)
            if broken is None:
                return InForce.of(newest.directory, newest.document, newest.key, newest.kept.since_ms)
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


def _thin(store: DirectoryStore, current: InForce, now_ms: int) -> None:
    """Remove the document that goes out of force now, if the kept one before it says the same and held all the while.

    A publisher that only renews then fills no disk, and evidence finds the same content for every instant.
    """
    before = [kept for kept in store.kept(current.directory.instance) if kept.number <= current.directory.number][-2:]
    if len(before) < 2 or (before[1].number, before[1].since_ms) != (current.directory.number, current.since_ms):
        return
    try:
        envelope = unframe(store.read(before[0]))
        directory = decode(envelope.payload)
    except MalformedError:
        return
    has_same_key = envelope.kid == sha256(current.key).digest()
    if has_same_key and now_ms < directory.expires_ms and directory.says_the_same(current.directory):
        store.drop(before[1])


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
