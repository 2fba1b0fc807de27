"""From a TOML file to `NodeConfig`: the whole file is read, then all problems are reported at once."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Final

from kopir.bridge.config import check
from kopir.bridge.config.model import (
    Allow,
    ClientSection,
    ControlSection,
    DirectorySection,
    ErrorsSection,
    Group,
    JournalSection,
    KeyPair,
    LimitsSection,
    MemberKey,
    NodeConfig,
    NodeSection,
    PeerSection,
    RegisteredClient,
    Service,
    TimestampSection,
)
from kopir.bridge.config.places import address, check_url, private_address, tcp_address
from kopir.bridge.config.problems import ConfigError, Problem
from kopir.bridge.config.reading import Sheet, Table
from kopir.bridge.journal.layout import EXPONENTS
from kopir.wire.errors import CallerError, LocalProtocolError
from kopir.wire.names import ClientId, parse_client, parse_member, parse_node, parse_service
from kopir.wire.rights import PathPattern

LOG_LEVELS: Final = ("debug", "info", "warning", "error")
METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"})

_PASSPHRASE_SOURCE: Final = re.compile(r"credential:[A-Za-z0-9._-]+|fd:\d{1,4}|prompt")
_MEMBER: Final = "KZ/GOV/900140000012"
_CLIENT: Final = _MEMBER + "/registry"
_DAY_S: Final = 86_400.0


def load(file: Path) -> NodeConfig:
    """Read the configuration in `file`. Raises `ConfigError` with everything that is wrong in it."""
    return parse(file, _read(file))


def examine(file: Path) -> tuple[NodeConfig, list[Problem]]:
    """Read as much of the configuration as can be read, and all that is wrong in it, in the order of the file.

    What was wrong has an empty value in its place, or stays out of its bounds: this is for looking on, not for a node.
    Raises `ConfigError` only if the file cannot be read at all.
    """
    return _examine(file, _read(file))


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError([Problem(file, "", f"cannot be read: {reason}", "check path and permissions")]) from error
    except ValueError as error:
        raise ConfigError([Problem(file, "", f"is not TOML: {error}", "correct it there")]) from error


def parse(file: Path, values: dict[str, Any]) -> NodeConfig:
    """Make a configuration of the parsed content of `file`. Raises `ConfigError` with all that is wrong in it."""
    config, problems = _examine(file, values)
    if problems:
        raise ConfigError(problems)
    return config


def _examine(file: Path, values: dict[str, Any]) -> tuple[NodeConfig, list[Problem]]:
    sheet = Sheet(file)
    top = Table(sheet, "", values)
    node = _node(top.table("node"))
    config = NodeConfig(
        file=file.absolute(),
        node=node,
        client=_client(top.table("client")),
        peer=_peer(top.table("peer")),
        control=_control(top.table("control")),
        members=tuple(_member(table) for table in top.tables("member")),
        directory=_directory(top.table("directory"), node.state),
        services=tuple(_service(table) for table in top.tables("service")),
        groups=tuple(_group(table) for table in top.tables("group")),
        journal=_journal(top.table("journal"), node.state),
        timestamp=_timestamp(top.table("timestamp")),
        limits=_limits(top.table("limits")),
        errors=_errors(top.table("errors")),
    )
    top.finish()
    check.check_whole(sheet, config)
    return config, sheet.problems


def _node(table: Table) -> NodeSection:
    section = NodeSection(
        id=table.identifier("id", parse_node, _MEMBER + "/node1"),
        state=table.path("state", "state"),
        log_level=table.choice("log_level", LOG_LEVELS, "info"),
    )
    table.finish()
    return section


def _key_pair(table: Table) -> KeyPair:
    source = table.optional_text("key_passphrase", "credential:NAME")
    if source is not None and not _PASSPHRASE_SOURCE.fullmatch(source):
        # What stands there may be the passphrase itself, so it is not repeated.
        remedy = 'write "credential:NAME", "fd:N" or "prompt"; a passphrase never stands in this file'
        table.report("key_passphrase", "is no source of a passphrase", remedy)
    return KeyPair(table.path("certificate", "node.crt"), table.path("key", "node.key"), source)


def _client(table: Table) -> ClientSection:
    https = table.texts("https", "0.0.0.0:8443")
    names = ("certificate", "key", "key_passphrase")
    table.know(*names)
    identity = _key_pair(table) if https or any(table.has(name) for name in names) else None
    section = ClientSection(
        http=tuple(
            private_address(table, "http", text, "127.0.0.1:8080") for text in table.texts("http", "127.0.0.1:8080")
        ),
        https=tuple(tcp_address(table, "https", text, "0.0.0.0:8443") for text in https),
        identity=identity,
        trusted_subsystems=_clients(table, "trusted_subsystems"),
        registered=tuple(_registered(registered) for registered in table.tables("registered")),
    )
    table.finish()
    return section


def _clients(table: Table, name: str) -> frozenset[str]:
    return frozenset(table.canonical(name, parse_client, _CLIENT, text) for text in table.texts(name, _CLIENT))


def _registered(table: Table) -> RegisteredClient:
    client = table.identifier("subsystem", parse_client, _CLIENT)
    certificate = table.path("certificate", "client.crt")
    table.finish()
    return RegisteredClient(client, certificate)


def _peer(table: Table) -> PeerSection:
    section = PeerSection(
        listen=tcp_address(table, "listen", table.text("listen", "0.0.0.0:5500") or "0.0.0.0:5500", "0.0.0.0:5500"),
        identity=_key_pair(table),
        pool_size=table.whole("pool_size", 256, 1, 4_096),
        idle_s=table.seconds("idle_s", 300.0, 1.0, _DAY_S),
    )
    table.finish()
    return section


def _control(table: Table) -> ControlSection:
    text = table.optional_text("listen", "127.0.0.1:9000")
    table.finish()
    return ControlSection(None if text is None else private_address(table, "listen", text, "127.0.0.1:9000"))


def _member(table: Table) -> MemberKey:
    member = MemberKey(table.identifier("id", parse_member, _MEMBER), _key_pair(table))
    table.finish()
    return member


def _directory(table: Table, state: Path) -> DirectorySection:
    listen = table.optional_text("listen", "0.0.0.0:8090")
    section = DirectorySection(
        anchors=table.optional_path("anchors", "anchors") or state / "anchors",
        own=table.optional_path("own", "directory.cose"),
        listen=None if listen is None else address(table, "listen", listen, "0.0.0.0:8090"),
        refresh_s=table.seconds("refresh_s", 60.0, 1.0, 3_600.0),
    )
    if section.listen is not None and section.own is None:
        table.report("listen", "has nothing to serve", 'write own = "directory.cose" beside it')
    table.finish()
    return section


def _service(table: Table) -> Service:
    url = table.text("url", "http://127.0.0.1:9101/")
    if url:
        check_url(table, "url", url, "http://127.0.0.1:9101/")
    service = Service(
        id=table.identifier("id", parse_service, _CLIENT + "/regions"),
        url=url,
        type=table.choice("type", ("REST", "OPENAPI3"), "REST"),
        description=_description(table),
        timeout_s=table.seconds("timeout_s", 60.0, 0.1, 3_600.0),
        disabled_notice=table.optional_text("disabled_notice", "closed until Monday"),
        keep_bodies=table.optional_flag("keep_bodies"),
        allow=tuple(_allow(allow) for allow in table.tables("allow")),
    )
    if service.type == "OPENAPI3" and service.description is None:
        table.report("description", "is missing", 'write the file or URL of the OpenAPI document, or type = "REST"')
    table.finish()
    return service


def _description(table: Table) -> Path | str | None:
    text = table.optional_text("description", "openapi.yaml")
    if text is None or not text.startswith(("http://", "https://")):
        return None if text is None else table.sheet.folder / text
    return text


def _allow(table: Table) -> Allow:
    table.know("client", "member", "group")
    kinds = [kind for kind in ("client", "member", "group") if table.has(kind)]
    if len(kinds) != 1:
        table.sheet.report(
            table.key, "names not exactly one subject", f'write one of client = "{_CLIENT}", member, group'
        )
    kind = kinds[0] if len(kinds) == 1 else ""
    subject = _subject(table, kind)
    method = table.optional_text("method", "GET")
    if method is not None and method not in METHODS:
        table.report("method", f"is {method!r}", f"choose one of {', '.join(sorted(METHODS))}, or leave it out for all")
    path = table.optional_text("path", "/regions/*")
    if path is not None:
        _check_glob(table, path)
    table.finish()
    return Allow(kind, subject, method, path)


def _subject(table: Table, kind: str) -> str:
    if kind == "client":
        return table.identifier(kind, _parse_subsystem, _CLIENT)
    if kind == "member":
        return table.identifier(kind, parse_member, _MEMBER)
    return table.text(kind, "ministries") if kind else ""


def _parse_subsystem(text: str) -> ClientId:
    client = parse_client(text)
    if client.subsystem_code is None:
        raise CallerError("this is a member, not a subsystem: to grant all its subsystems, write member = …")
    return client


def _check_glob(table: Table, path: str) -> None:
    if not path.startswith(("/", "*")):
        table.report("path", f"{path!r} does not begin with a slash, and would match nothing", f'write "/{path}"')
    try:
        PathPattern(path)
    except LocalProtocolError as error:
        table.report("path", error.message, 'write it like "/regions/*" (one segment) or "/regions/**" (any)')


def _group(table: Table) -> Group:
    group = Group(table.text("id", "ministries"), _clients(table, "members"))
    if "/" in group.id:
        table.report("id", f"{group.id!r} looks like an identifier", "choose a word without slashes")
    table.finish()
    return group


def _journal(table: Table, state: Path) -> JournalSection:
    section = JournalSection(
        folder=table.optional_path("folder", "journal") or state / "journal",
        keep_bodies=table.flag("keep_bodies", default=False),
        keep_openings=table.flag("keep_openings", default=False),
        retention_days=table.optional_whole("retention_days", 30, 1, 36_500),
        exponent=table.whole("exponent", 14, EXPONENTS[0], EXPONENTS[-1]),
    )
    table.finish()
    return section


def _timestamp(table: Table) -> TimestampSection:
    url = table.optional_text("url", "http://tsa.example.org/")
    if url is not None:
        check_url(table, "url", url, "http://tsa.example.org/")
    section = TimestampSection(
        url=url,
        every_s=table.seconds("every_s", 60.0, 1.0, _DAY_S),
        stop_after_s=table.seconds("stop_after_s", 14_400.0, 0.0, 30 * _DAY_S),
    )
    table.finish()
    return section


def _limits(table: Table) -> LimitsSection:
    default = LimitsSection()
    section = LimitsSection(
        header_bytes=table.whole("header_bytes", default.header_bytes, 4_096, 1 << 20),
        body_bytes=table.whole("body_bytes", default.body_bytes, 1, 1 << 40),
        memory_body_bytes=table.whole("memory_body_bytes", default.memory_body_bytes, 0, 1 << 28),
        memory_bytes=table.whole("memory_bytes", default.memory_bytes, 0, 1 << 40),
        spool_bytes=table.whole("spool_bytes", default.spool_bytes, 0, 1 << 44),
        in_flight=table.whole("in_flight", default.in_flight, 1, 1 << 16),
        per_client=table.whole("per_client", default.per_client, 1, 1 << 16),
        header_timeout_s=table.seconds("header_timeout_s", default.header_timeout_s, 0.1, 600.0),
        body_timeout_s=table.seconds("body_timeout_s", default.body_timeout_s, 0.1, 3_600.0),
        body_ceiling_s=table.seconds("body_ceiling_s", default.body_ceiling_s, 0.1, _DAY_S),
        answer_timeout_s=table.seconds("answer_timeout_s", default.answer_timeout_s, 0.1, 3_600.0),
        idle_timeout_s=table.seconds("idle_timeout_s", default.idle_timeout_s, 0.1, 3_600.0),
        connections=table.whole("connections", default.connections, 1, 1 << 16),
    )
    table.finish()
    return section


def _errors(table: Table) -> ErrorsSection:
    section = ErrorsSection(table.choice("spelling", ("camel", "snake"), "camel"))
    table.finish()
    return section
