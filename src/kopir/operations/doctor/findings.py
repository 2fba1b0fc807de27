"""Everything that the doctor can say: one table, code -> fact and remedy. Nothing else is ever found.

A *fault* must be mended and makes the command end with 1; *advice* is told and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Grade(StrEnum):
    """How serious it is."""

    FAULT = "fault"
    ADVICE = "advice"


@dataclass(frozen=True)
class Kind:
    """What can be found: sentences with {named} fields."""

    fact: str
    remedy: str
    grade: Grade = Grade.FAULT


@dataclass(frozen=True)
class Finding:
    """What was found here."""

    code: str
    fact: str
    remedy: str
    grade: Grade


def find(code: str, **fields: object) -> Finding:
    """A finding of the table with its fields filled in. Raises KeyError for a code that is not there."""
    kind = FINDINGS[code]
    return Finding(code, kind.fact.format(**fields), kind.remedy.format(**fields), kind.grade)


def tell(found: Iterable[Finding]) -> Iterator[str]:
    """What a person reads, faults first."""
    ordered = sorted(found, key=lambda one: one.grade is not Grade.FAULT)
    for one in ordered:
        yield f"{one.grade.upper():<6} {one.code}: {one.fact}"
        yield f"       remedy: {one.remedy}"
    faults = sum(one.grade is Grade.FAULT for one in ordered)
    advice = len(ordered) - faults
    counted = "1 fault" if faults == 1 else f"{faults} faults"
    yield f"{counted}, {advice} pieces of advice" if ordered else "nothing is wrong"


_ADVICE: Final = Grade.ADVICE

FINDINGS: Final[Mapping[str, Kind]] = {
    "check.failed": Kind("{check} could not be looked at: {why}", "mend what it says, then ask the doctor again"),
    # Settings
    "settings.wrong": Kind(
        "{fault}", "correct it where the node gets its settings; all are in docs/reference/settings.md"
    ),
    "settings.development": Kind(
        "KOPIR_DEVELOPMENT is yes: whoever makes a page fail sees the insides of the portal",
        "take it away, and set KOPIR_SECRET_KEY and KOPIR_ADDRESS",
    ),
    "settings.secret_open": Kind(
        "{path}, which {name} names, can be read by others (mode {mode:04o})",
        "close it (chmod o-rwx {path}), and change the secret in it",
    ),
    "security.nobody": Kind(
        "nobody is named in security.txt: whoever finds a hole cannot tell you of it",
        "set KOPIR_SECURITY_CONTACT and KOPIR_SECURITY_EXPIRES",
        _ADVICE,
    ),
    "security.expired": Kind(
        "security.txt expires on {day}",
        "see that KOPIR_SECURITY_CONTACT still reads its mail, and set KOPIR_SECURITY_EXPIRES to a day in a year",
    ),
    "hosts.unknown": Kind(
        "nobody finds the portal under {host}: it has no address",
        "enter it in DNS, or correct KOPIR_ADDRESS or KOPIR_OTHER_HOSTS",
    ),
    "hosts.local": Kind(
        "KOPIR_ADDRESS is {address}, which is this machine alone",
        "set the address at which people reach the portal",
        _ADVICE,
    ),
    "hosts.no_proxy": Kind(
        "KOPIR_ADDRESS begins with https and TRUSTED_PROXIES is empty: every page redirects to itself",
        "put a proxy that speaks TLS in front, and name its address in TRUSTED_PROXIES",
    ),
    # Folders, files, disks
    "folder.missing": Kind(
        "the folder {path} is not there", "make the installation (kopir upgrade), or correct KOPIR_FOLDER"
    ),
    "folder.not_writable": Kind("{path} cannot be written by this user", "give it to the user of the node: chown -R"),
    "folder.open": Kind("others may look into {path} (mode {mode:04o})", "close it: chmod o-rwx {path}"),
    "media.not_writable": Kind(
        "no picture can be uploaded: {path} cannot be written", "give it to the user of the node: chown -R"
    ),
    "static.missing": Kind(
        "the static files were not gathered: there is no {path}",
        "run kopir upgrade, or kopir manage collectstatic --no-input",
    ),
    "static.outdated": Kind(
        "{count} static files are not those of this release, such as {name}",
        "run kopir upgrade, or kopir manage collectstatic --no-input",
    ),
    "keys.open": Kind(
        "the key {path} can be read by others (mode {mode:04o})",
        "close it (chmod 600 {path}), and think of changing it",
    ),
    "disk.full": Kind(
        "{path}: {free} MiB of {total} are free", "make room: move backups away, retire old segments, enlarge it"
    ),
    "disk.names": Kind("{path}: the disk takes {free} more files of {total}", "remove small files that nobody needs"),
    "backup.none": Kind("no backup was ever made", "kopir backup FOLDER, each day, to another machine", _ADVICE),
    "backup.old": Kind(
        "the last backup was made on {day}", "kopir backup FOLDER, each day, to another machine", _ADVICE
    ),
    # Database and what it holds
    "database.unreachable": Kind("the database does not answer: {why}", "start it; see DATABASE_URL, or KOPIR_FOLDER"),
    "database.not_migrated": Kind("the database lacks {count} migrations, the first {name}", "kopir upgrade"),
    "database.newer": Kind(
        "the database has {name}, which this release does not know", "install the newer release, or restore a backup"
    ),
    "worker.silent": Kind("no worker has done anything since {since}", "start kopir up, or kopir worker"),
    "worker.failing": Kind(
        "the periodic job {name} failed {count} times in a row: {error}", "mend what it says; the worker's log has more"
    ),
    "jobs.dead": Kind(
        "{count} jobs were given up, the last {name}: {error}", "see them under Background work, run them again"
    ),
    "jobs.late": Kind("a job waits for {minutes} minutes", "start more workers: kopir up --workers 2"),
    "record.fault": Kind("{fault}", "docs/reference/audit.md tells more"),
    "letters.fault": Kind("{fault}", "see KOPIR_MAIL_URL and the worker's log"),
    "search.fault": Kind("search: {fault}", "docs/why/search.md tells how the index follows the database"),
    "clock.behind": Kind(
        "the record of actions has a row of {at}, which is yet to come: the clock was set back",
        "set the clock right, and keep it by NTP",
    ),
    "clock.differs": Kind(
        "the clock of the database's machine differs by {seconds} s from this one", "keep both by NTP"
    ),
    "clock.loose": Kind("the kernel says that nobody keeps this clock", "install an NTP service: chrony", _ADVICE),
    # Parts and what they need
    "portal.silent": Kind("the portal does not answer at {address}: {why}", "start kopir up, or correct KOPIR_LISTEN"),
    "portal.not_ready": Kind("the portal is not ready: {why}", "mend what it says"),
    "parts.failing": Kind(
        "{part} ended {count} times in a row shortly after its start", "see its lines in the log of kopir up"
    ),
    "mail.files": Kind("letters go to files: nobody gets mail", "set KOPIR_MAIL_URL to the mail server", _ADVICE),
    "mail.sender": Kind(
        "letters come from {sender}, which nobody can answer and many servers refuse",
        "set KOPIR_MAIL_FROM to an address of your domain",
    ),
    "mail.refused": Kind(
        "the mail server {server} does not take letters: {why}", "correct KOPIR_MAIL_URL, or the server"
    ),
    # Bridge
    "bridge.wrong": Kind("{fault}", "correct the bridge's configuration; docs/reference/configuration.md"),
    "bridge.silent": Kind("the bridge does not answer at {address}: {why}", "start kopir up, or kopir-bridge@.service"),
    "bridge.not_ready": Kind("the bridge is not ready: {why}", "mend what it says; its log tells more"),
    "bridge.directory": Kind(
        "the directory of {instance} expires in {hours} hours; then calls stop",
        "have it published anew (docs/how-to/run-a-node.md), or see why it cannot be fetched",
    ),
    "bridge.certificate": Kind(
        "{path} expires on {day}", "ask the authority for a new one, and list it in the directory before"
    ),
    "bridge.unstamped": Kind(
        "the bridge's journal has had no time stamp for {minutes} minutes",
        "see [timestamp] url, and whether it answers",
    ),
    "bridge.other_control": Kind(
        "KOPIR_BRIDGE_CONTROL is {told}, and the bridge listens at {listens}", "set KOPIR_BRIDGE_CONTROL to {listens}"
    ),
    "bridge.other_journal": Kind(
        "KOPIR_BRIDGE_JOURNAL is {told}, and the bridge writes to {writes}", "set KOPIR_BRIDGE_JOURNAL to {writes}"
    ),
}
"""All that can be found, by its code."""
