"""What can be wrong with a node before it starts: its configuration, the files it names, its directory.

Nothing is changed. Each TCP address is taken for a moment, without listening, unless the node itself has it; a
passphrase is asked for where the configuration says `prompt`.
"""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kopir.bridge.anchors import Anchor, is_url, load_anchors
from kopir.bridge.config import ConfigError, KeyPair, NodeConfig, Problem, TcpAddress, credentials_folder, examine
from kopir.bridge.config.check import addresses
from kopir.bridge.descriptors import complaint
from kopir.bridge.directory import Directories
from kopir.bridge.directory_store import DirectoryStore
from kopir.bridge.disk import OsDisk
from kopir.bridge.errors import AnchorError
from kopir.bridge.journal.segments import LOCK_NAME
from kopir.signing.algorithms import PrivateKey
from kopir.signing.certificates import Certificate, Purpose, load_certificate, spki_of
from kopir.signing.errors import KeyFileError, SigningError
from kopir.signing.facts import read_certificate_file
from kopir.signing.keys import is_private_key_file, load_private_key
from kopir.signing.passphrases import parse_passphrase_source
from kopir.wire.directory import Directory, decode, unframe
from kopir.wire.errors import ProtocolError

DIRECTORIES: Final = "directories"
"""The folder of the documents in force, within the node's state."""


def check(file: Path, now_ms: int) -> list[Problem]:
    """All problems of the node that `file` configures, first those of the file itself; empty if it is fit to start."""
    try:
        config, problems = examine(file)
    except ConfigError as error:
        return list(error.problems)
    found = [
        *_check_key_pairs(config, now_ms),
        *_check_files(config, now_ms),
        *_check_open_files(config),
        *_check_addresses(config),
        *_check_directory(config),
    ]
    told = {problem.key for problem in problems}
    return problems + [problem for problem in found if not _is_told(problem.key, told)]


def _is_told(key: str, told: set[str]) -> bool:
    """Whether this key, or the table that it is in, was complained of: the rest would follow from that."""
    parts = key.split(".")
    return any(".".join(parts[:length]) in told for length in range(1, len(parts) + 1))


def _open_certificate(pair: KeyPair) -> Certificate:
    return load_certificate(read_certificate_file(pair.certificate))


def _open_key(pair: KeyPair) -> PrivateKey:
    if _is_certificate_file(pair.key):  # of such a file it matters little who can read it
        raise KeyFileError(f"{pair.key} is a certificate: give the file of the private key")
    source = pair.key_passphrase
    passphrase = None if source is None else parse_passphrase_source(source, credentials=credentials_folder())
    return load_private_key(pair.key, passphrase)


def _is_certificate_file(path: Path) -> bool:
    try:
        read_certificate_file(path)
    except SigningError:
        return False
    return not is_private_key_file(path)


def _check_match(pair: KeyPair, certificate: Certificate, key: PrivateKey) -> None:
    if spki_of(key.public_key()) != spki_of(certificate.public_key):
        remedy = "give the key from which its request was made"
        raise KeyFileError(f"{pair.key} is not the key of the certificate in {pair.certificate}: {remedy}")


def _check_key_pairs(config: NodeConfig, now_ms: int) -> Iterator[Problem]:
    pairs: list[tuple[str, KeyPair, Purpose | None]] = [("peer", config.peer.identity, Purpose.TLS)]
    if config.client.identity is not None:
        # Clients may know this node under a certificate of another authority, made for a server alone.
        pairs.append(("client", config.client.identity, None))
    for number, member in enumerate(config.members, 1):
        pairs.append((f"member[{number}]", member.identity, Purpose.SIGNING))
    for section, pair, purpose in pairs:
        certificate = None
        try:
            certificate = _open_certificate(pair)
            certificate.check_validity(now_ms)
            if purpose is not None and certificate.purpose is not purpose:
                fault = f"{pair.certificate} is a certificate for {certificate.purpose or 'another purpose'}"
                yield Problem(config.file, f"{section}.certificate", fault, f"ask the authority for one for {purpose}")
        except KeyFileError as error:
            yield Problem(config.file, f"{section}.certificate", str(error), "check path and permissions")
        except SigningError as error:
            yield Problem(config.file, f"{section}.certificate", str(error), "ask the authority for another")
        try:
            key = _open_key(pair)
            if certificate is not None:
                _check_match(pair, certificate, key)
        except KeyFileError as error:
            yield Problem(config.file, f"{section}.key", str(error), "")
        except SigningError as error:
            yield Problem(config.file, f"{section}.key_passphrase", str(error), "")


def _check_files(config: NodeConfig, now_ms: int) -> Iterator[Problem]:
    for number, registered in enumerate(config.client.registered, 1):
        try:
            load_certificate(read_certificate_file(registered.certificate)).check_validity(now_ms)
        except SigningError as error:
            key = f"client.registered[{number}].certificate"
            yield Problem(config.file, key, str(error), "ask the information system for its certificate")
    for number, service in enumerate(config.services, 1):
        if isinstance(service.description, Path) and not os.access(service.description, os.R_OK):
            fault = f"{service.description} cannot be read"
            yield Problem(config.file, f"service[{number}].description", fault, "check path and permissions")
    for key, folder in (("node.state", config.node.state), ("journal.folder", config.journal.folder)):
        if not _is_writable_folder(folder):
            yield Problem(config.file, key, f"{folder} cannot be written", "make it, owned by the user of the node")


def _check_open_files(config: NodeConfig) -> Iterator[Problem]:
    fault = complaint(config)
    if fault is not None:
        yield Problem(config.file, "limits.connections", fault, "or lower the limits")


def _check_addresses(config: NodeConfig) -> Iterator[Problem]:
    """Take each address as the node will, if it is not the node itself that has them."""
    if _is_running(config):
        return
    for key, address in addresses(config):
        if not isinstance(address, TcpAddress):
            continue
        try:
            _bind(address)
        except (OSError, UnicodeError) as error:  # the latter for a host name that can be none
            reason = error.strerror if isinstance(error, OSError) else "no such host"
            fault = f"{address} cannot be listened on: {reason}"
            yield Problem(config.file, key, fault, "choose another, or end the program that has it")


def _bind(address: TcpAddress) -> None:
    for family, kind, protocol, _, place in socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM):
        with socket.socket(family, kind, protocol) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.bind(place)


def _is_running(config: NodeConfig) -> bool:
    """Whether a process has this node's journal: then the addresses are its own."""
    try:
        handle = os.open(config.journal.folder / LOCK_NAME, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _is_writable_folder(folder: Path) -> bool:
    """Whether files can be made there, or the folder itself can be made."""
    if folder.exists():
        return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    return folder != folder.parent and _is_writable_folder(folder.parent)


def _check_directory(config: NodeConfig) -> Iterator[Problem]:
    """Hold the configuration against the own country's directory."""
    instance = config.node.instance
    if not instance:  # the node's name is missing or wrong, which was told
        return
    anchors: dict[str, Anchor] = {}
    try:
        anchors = load_anchors(config.directory.anchors)
    except AnchorError as error:
        yield Problem(config.file, "directory.anchors", str(error), "")
    else:
        if instance not in anchors:
            fault = f"there is no anchor for {instance}, this node's own instance, in {config.directory.anchors}"
            yield Problem(config.file, "directory.anchors", fault, "run `kopir anchor accept FILE --config CONFIG`")
    try:
        directory = _own_directory(config, anchors)
    except (OSError, ProtocolError) as error:
        reason = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
        yield Problem(config.file, "directory", f"the own directory cannot be read: {reason}", "publish it once more")
        return
    # Without any document yet, as on the first start, there is nothing to hold the configuration against.
    if directory is not None:
        yield from _compare(config, directory)


def _own_directory(config: NodeConfig, anchors: dict[str, Anchor]) -> Directory | None:
    """The document that lies at hand, or else the one in force; None if there is none yet."""
    anchor = anchors.get(config.node.instance)
    files = [] if config.directory.own is None else [config.directory.own]
    current = None
    if anchor is not None:
        store = DirectoryStore(config.node.state / DIRECTORIES, OsDisk())
        current = Directories(store, anchors).get(anchor.instance)
        files += [Path(address) for address in anchor.addresses if not is_url(address)]
    return _read(files[0]) if files else None if current is None else current.directory


def _read(file: Path) -> Directory:
    return decode(unframe(file.read_bytes()).payload)


def _compare(config: NodeConfig, directory: Directory) -> Iterator[Problem]:
    remedy = "add it to the description and publish the directory"
    for number, member in enumerate(config.members, 1):
        key = f"member[{number}]"
        if not directory.has_member(member.id):
            yield Problem(config.file, f"{key}.id", f"{member.id} is not in the own directory", remedy)
        elif (kid := _digest(member.identity)) is not None and _owner(directory, kid) != member.id:
            fault = f"{member.identity.certificate} is not listed for {member.id} in the own directory"
            yield Problem(config.file, f"{key}.certificate", fault, remedy)
    for number, service in enumerate(config.services, 1):
        if not directory.has_service(service.id):
            yield Problem(config.file, f"service[{number}].id", f"{service.id} is not in the own directory", remedy)
    node = directory.node(config.node.id)
    if node is None:
        yield Problem(config.file, "node.id", f"{config.node.id} is not in the own directory", remedy)
        return
    digest = _digest(config.peer.identity)
    if digest is not None and directory.node_by_tls(digest) != node:
        fault = f"{config.peer.identity.certificate} is not listed for this node in the own directory"
        yield Problem(config.file, "peer.certificate", fault, remedy)
    local = config.client.trusted_subsystems | {registered.subsystem for registered in config.client.registered}
    for client in sorted(local - set(node.clients) - {""}):
        fault = f"the own directory does not say that this node serves {client}"
        yield Problem(config.file, "client", fault, remedy)


def _owner(directory: Directory, kid: bytes) -> str | None:
    entry = directory.signer(kid)
    return None if entry is None else entry.member


def _digest(pair: KeyPair) -> bytes | None:
    """SHA-256 of the certificate; None for one that cannot be read, of which was complained before."""
    try:
        return load_certificate(read_certificate_file(pair.certificate)).kid
    except SigningError:
        return None
