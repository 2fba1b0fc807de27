"""The settings of the portal that come from the environment: one table, the class `Environment`, read in one place.

Every fault is found at once and named with its remedy. A secret may lie in a file: `NAME_FILE` instead of `NAME`.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import SplitResult, urlsplit

MODULE: Final = "kopir.config.settings"
PREFIX: Final = "KOPIR_"
SECRET_LENGTH: Final = 50
NO_SECRET: Final = "development only, known to everybody; " * 2
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Value = TypeVar("Value")


class SettingsError(Exception):
    """Settings that cannot be used: one line for each fault, naming the setting and the remedy."""


def text(value: str) -> str:
    """Any text."""
    return value


def secret(value: str) -> str:
    """A text that nobody sees; may lie in a file."""
    return value


def yes_or_no(value: str) -> bool:
    """`yes` or `no`."""
    if value not in {"yes", "no"}:
        raise ValueError("write yes or no")
    return value == "yes"


def number(value: str) -> int:
    """A whole number, 1 or more."""
    if not re.fullmatch(r"[1-9][0-9]{0,5}", value):
        raise ValueError("write a whole number, 1 or more")
    return int(value)


def folder(value: str) -> Path:
    """A folder; a relative one counts from where the program is started."""
    return Path(value).absolute()


def words(value: str) -> tuple[str, ...]:
    """Words with commas between them."""
    return tuple(word.strip() for word in value.split(",") if word.strip())


def hosts(value: str) -> tuple[str, ...]:
    """Host names with commas between them, without scheme and port."""
    found = tuple(host.lower() for host in words(value))
    for host in found:
        if not re.fullmatch(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\]", host):
            raise ValueError(f"{host!r} is no host name: write it without scheme, port and star, as www.example.org")
    return found


def networks(value: str) -> tuple[Network, ...]:
    """Addresses or networks with commas between them."""
    try:
        return tuple(ipaddress.ip_network(word) for word in words(value))
    except ValueError as error:
        raise ValueError(f"{error}: write addresses or networks as 10.0.0.5, 10.1.0.0/16") from None


def level(value: str) -> str:
    """`debug`, `info`, `warning` or `error`."""
    if value not in {"debug", "info", "warning", "error"}:
        raise ValueError("write debug, info, warning or error")
    return value


def address(value: str) -> str:
    """A web address without path, as https://portal.example.org."""
    parts = _split(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("write scheme and host alone, as https://portal.example.org")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def listening(value: str) -> tuple[str, int]:
    """Address and port to listen on, as 127.0.0.1:8000."""
    host, _, port = value.rpartition(":")
    if not host or not re.fullmatch(r"[0-9]{1,5}", port) or not 0 <= int(port) <= 65535:
        raise ValueError("write address and port, as 127.0.0.1:8000")
    return host.strip("[]"), int(port)


def database(value: str) -> str:
    """Empty for SQLite in the folder, or postgresql://user:password@host:port/name."""
    parts = _split(value)
    if value and (parts.scheme not in {"postgresql", "postgres"} or len(parts.path) < 2):
        raise ValueError("write postgresql://user:password@host:port/name, or nothing for SQLite in KOPIR_FOLDER")
    return value


def mail(value: str) -> str:
    """Empty for files in the folder, or smtp://user:password@host:port, smtps:// for TLS from the first byte."""
    parts = _split(value)
    if value and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
        raise ValueError("write smtp://user:password@host:587 or smtps://user:password@host:465, or nothing for files")
    return value


def sms(value: str) -> str:
    """Empty for files in the folder, or an address to post to: https, or http on this machine."""
    parts = _split(value)
    if value and not (parts.hostname and (parts.scheme == "https" or is_this_machine(value)) and not parts.username):
        raise ValueError("write https://host/path without credentials (the token is KOPIR_SMS_TOKEN), or nothing")
    return value


def bridge_control(value: str) -> str:
    """Empty, or where the bridge of this machine is steered: `127.0.0.1:9000` or `unix:PATH`."""
    if value and not value.startswith("unix:/"):
        host, port = listening(value)
        if not port or not (host == "localhost" or ipaddress.ip_address(host).is_loopback):
            raise ValueError("write [control] listen of the bridge's configuration, as 127.0.0.1:9000 or unix:/PATH")
    return value


def record_name(value: str) -> str:
    """1 to 64 letters, digits and signs of ASCII."""
    if not (1 <= len(value) <= 64 and value.isascii() and value.isprintable()):
        raise ValueError("write 1 to 64 letters, digits and signs of ASCII")
    return value


def contacts(value: str) -> tuple[str, ...]:
    """Web or mail addresses with commas between them, as mailto:security@example.org."""
    found = words(value)
    if not all(re.fullmatch(r"https://[^\s]+|mailto:[^\s@]+@[^\s@]+", one) for one in found):
        raise ValueError("write addresses as mailto:security@example.org or https://example.org/security")
    return found


def day(value: str) -> date | None:
    """Empty, or a day as 2027-03-31."""
    if value and not re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("write a day as 2027-03-31")
    return date.fromisoformat(value) if value else None


def _split(value: str) -> SplitResult:
    parts = urlsplit(value)
    _ = parts.port  # raises ValueError where the port is none
    return parts


def _setting(kind: Callable[[str], Value], default: str, sentence: str, name: str = "") -> Value:
    """One row of the table; the dataclass sees a field, the type checker its value."""
    made: Any = field(metadata={"kind": kind, "default": default, "sentence": sentence, "name": name})
    return made  # type: ignore[no-any-return]  # dataclasses.field() is typed as its default


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The table. A row: how the value is read, its default as one would write it, and what it does."""

    country: str = _setting(text, "", "The country of this node: a pack that ships, or the folder of one. Required.")
    address: str = _setting(address, "http://localhost:8000", "How people reach the portal. Required in production.")
    other_hosts: tuple[str, ...] = _setting(
        hosts,
        "",
        "More hosts that are answered, for public pages alone: bodies' own names. `.name` takes its subdomains.",
    )
    folder: Path = _setting(folder, "var/portal", "Where database, uploads, mail and collected static files lie.")
    database_url: str = _setting(
        database,
        "",
        "PostgreSQL as `postgresql://user:password@host:port/name`; empty: SQLite in the folder.",
        "DATABASE_URL",
    )
    secret_key: str = _setting(
        secret, "", f"Signs sessions and links: {SECRET_LENGTH} random characters or more. Required in production."
    )
    old_secret_keys: tuple[str, ...] = _setting(
        words, "", "Earlier values of `KOPIR_SECRET_KEY` that still open what they signed, newest first."
    )
    listen: tuple[str, int] = _setting(listening, "127.0.0.1:8000", "Address and port on which the portal listens.")
    processes: int = _setting(number, "1", "How many processes answer.")
    threads: int = _setting(number, "4", "How many pages each process makes at a time.")
    page_store_mb: int = _setting(
        number, "256", "How much memory each process takes for pages that it answers without making them, in MB."
    )
    page_files_mb: int = _setting(
        number, "2048", "How much room the last good pages take as files, for when the database is away, in MB."
    )
    trusted_proxies: tuple[Network, ...] = _setting(
        networks,
        "",
        "Proxies whose `X-Forwarded-` headers count; those of anybody else are dropped.",
        "TRUSTED_PROXIES",
    )
    metrics_token: str = _setting(secret, "", "Who shows it as a bearer token sees `/metrics`; empty: nobody does.")
    master_key_file: str = _setting(
        text,
        "",
        "The file of the key that the keys of persons are wrapped with; empty: `keys/master.key` in the folder.",
    )
    audit_name: str = _setting(
        record_name, "portal", "What this portal's record of actions is called in the journal of the bridge."
    )
    bridge_control: str = _setting(
        bridge_control,
        "",
        "The bridge's control port, as `127.0.0.1:9000` or `unix:PATH`, to time-stamp the record; empty: it is not.",
    )
    bridge_journal: str = _setting(
        text, "", "The folder of the bridge's journal, against which `kopir audit verify` holds the record."
    )
    bridge_config: str = _setting(
        text, "", "The bridge's configuration file; by it `kopir up`, `doctor`, `backup` and `upgrade` know the bridge."
    )
    mail_url: str = _setting(
        mail, "", "The mail server as `smtp://user:password@host:587` or `smtps://…:465`; empty: files in the folder."
    )
    mail_from: str = _setting(text, "portal@localhost", "The sender of mail, as its readers see it.")
    sms_url: str = _setting(
        sms, "", "Where texts are posted for a provider, as `https://sms.example.org/send`; empty: files in the folder."
    )
    sms_token: str = _setting(secret, "", "What the portal shows to the provider of texts, as a bearer token.")
    security_contact: tuple[str, ...] = _setting(
        contacts, "", "Whom to tell of a hole, in `/.well-known/security.txt`; empty: there is no such file."
    )
    security_expires: date | None = _setting(day, "", "Until when that file holds: a day within the coming year.")
    log_level: str = _setting(level, "info", "The least that is logged: `debug`, `info`, `warning` or `error`.")
    development: bool = _setting(
        yes_or_no, "no", "`yes` on a developer's machine alone: faults are shown in the browser, no secret is needed."
    )


@dataclass(frozen=True)
class Row:
    """One setting, as the reference shows it."""

    name: str
    attribute: str
    kind: Callable[[str], object]
    default: str
    sentence: str


def list_settings() -> list[Row]:
    """The table as rows, in its order."""
    return [
        Row(
            one.metadata["name"] or PREFIX + one.name.upper(),
            one.name,
            one.metadata["kind"],
            one.metadata["default"],
            one.metadata["sentence"],
        )
        for one in fields(Environment)
    ]


def parse(variables: Mapping[str, str]) -> Environment:
    """The settings out of these variables; raises SettingsError with every fault, one on a line."""
    rows = list_settings()
    faults = _find_unknown(variables, rows)
    values: dict[str, Any] = {}
    for row in rows:
        try:
            values[row.attribute] = row.kind(_written(variables, row))
        except (OSError, ValueError) as error:
            faults.append(f"{row.name}: {error}")
    if not faults:
        faults += _find_missing(variables, values)
    if faults:
        raise SettingsError("\n".join(faults))
    if values["development"] and not values["secret_key"]:
        values["secret_key"] = NO_SECRET
    return Environment(**values)


def _written(variables: Mapping[str, str], row: Row) -> str:
    """What is written for a setting, or its default. An empty variable is one that is not set."""
    path = variables.get(f"{row.name}_FILE", "") if row.kind is secret else ""
    if path and variables.get(row.name):
        raise ValueError(f"{row.name}_FILE is set too: keep one of them")
    return Path(path).read_text("utf-8").strip() if path else variables.get(row.name, "") or row.default


def _find_unknown(variables: Mapping[str, str], rows: list[Row]) -> list[str]:
    """Variables that look like settings and are none: a typing error must not leave a default in force."""
    known = {row.name for row in rows} | {f"{row.name}_FILE" for row in rows if row.kind is secret}
    faults = []
    for name in sorted(name for name in variables if name.startswith(PREFIX) and name not in known):
        near = difflib.get_close_matches(name, known, 1)
        faults.append(f"{name}: there is no such setting; " + (f"did you mean {near[0]}?" if near else "remove it"))
    return faults


def _find_missing(variables: Mapping[str, str], values: Mapping[str, Any]) -> list[str]:
    """What a portal for the public must be told."""
    faults = [] if values["country"] else ["KOPIR_COUNTRY: name a country pack that ships, or the folder of one"]
    if values["security_contact"] and not values["security_expires"]:
        faults.append("KOPIR_SECURITY_EXPIRES: say until when KOPIR_SECURITY_CONTACT holds, as 2027-03-31")
    if values["development"]:
        return faults
    if len(values["secret_key"]) < SECRET_LENGTH:
        faults.append(
            f"KOPIR_SECRET_KEY: needs {SECRET_LENGTH} random characters or more; "
            "make them: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if not variables.get("KOPIR_ADDRESS"):
        faults.append("KOPIR_ADDRESS: say how people reach the portal, as https://portal.example.org")
    elif values["address"].startswith("http:") and not is_this_machine(values["address"]):
        faults.append("KOPIR_ADDRESS: people sign in there, so it must begin with https://")
    return faults


def is_this_machine(web_address: str) -> bool:
    """Whether browsers treat the address as trustworthy without TLS: localhost, what is below it, and loopback."""
    host = urlsplit(web_address).hostname or ""
    return host in {"localhost", "127.0.0.1", "::1"} or host.endswith(".localhost")


_given: list[Environment] = []


def get_environment() -> Environment:
    """The settings of this process, the same ones each time; raises SettingsError."""
    if not _given:
        _given.append(parse(os.environ))
    return _given[0]


def give_environment(environment: Environment) -> None:
    """Let this process have these settings; for tests, before the settings of Django are loaded."""
    _given[:] = [environment]


def read_variable(name: str) -> str:
    """One variable, empty where there is none; for settings of tests."""
    return os.environ.get(name, "")


def make_child_environment(**changes: str) -> dict[str, str]:
    """The variables of this process, with changes, for a program that it starts."""
    return {**os.environ, **changes}


def list_secret_files() -> dict[str, Path]:
    """The files that secrets of this process are read from, by the variable that names them."""
    names = [f"{row.name}_FILE" for row in list_settings() if row.kind is secret]
    return {name: Path(os.environ[name]) for name in names if os.environ.get(name)}


def use_settings(module: str = MODULE) -> None:
    """Make `module` the settings of Django, unless the environment names others."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", module)


def make_folder() -> None:
    """Make the folder of this portal where it is not there, for its own user and group alone; raises SettingsError."""
    place = get_environment().folder
    try:
        place.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"KOPIR_FOLDER: {place}: {error.strerror}") from None


def get_metrics_folder() -> str:
    """Where several processes lay their counters together (prometheus_client's own variable), "" with one process."""
    return os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")


def set_metrics_folder(path: Path) -> None:
    """Have this process's children count together; before prometheus_client is imported."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(path)


def make_variables(own: Mapping[str, str]) -> dict[str, str]:
    """The environment for a program that has these settings and, of those in force here, none."""
    names = {row.name for row in list_settings()} | {"DJANGO_SETTINGS_MODULE", "PROMETHEUS_MULTIPROC_DIR"}
    kept = {name: text for name, text in os.environ.items() if name not in names and not name.startswith(PREFIX)}
    return kept | dict(own)
