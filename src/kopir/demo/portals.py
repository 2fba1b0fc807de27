"""The portals of a stand: made ready beside the nodes, then opened, each with its worker; and how one signs in."""

from __future__ import annotations

import http.client
import shlex
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kopir.config.env import make_variables
from kopir.demo.places import Portal
from kopir.demo.prepare import STATEMENT
from kopir.demo.sign_ins import email_of, make_sign_ins
from kopir.demo.stand import StandError, request, shown
from kopir.demo.territory import COUNTRY_NAMES

if TYPE_CHECKING:
    from kopir.demo.processes import Programs
    from kopir.demo.stand import Stand

PREPARE_WAIT_S: Final = 300.0
START_WAIT_S: Final = 30.0
SHOWS: Final = {
    "operator": "bodies, people, background work",
    "editor": "the page of one body",
    "auditor": "the record of who did what",
    "citizen": "inbox, own sessions; signs in at the other portal too",
}
"""What a sign-in is good for, by who it is."""


def begin(stand: Stand, programs: Programs) -> None:
    """Have every portal made ready in the background: tables, static files, content."""
    make_sign_ins(stand.folder, tuple(portal.name for portal in list_portals(stand)))
    for portal in list_portals(stand):
        portal.write_variables()
        variables = make_variables(portal.list_variables())
        programs.start(f"{portal.name}-prepare", "kopir.demo.prepare", variables=variables, is_errand=True)


def open_all(stand: Stand, programs: Programs) -> None:
    """Let the portals know one another, start them and their workers, and wait until they answer.

    Raises:
        StandError: a portal does not become ready.
        ProgramError: something ended.
    """
    portals = list_portals(stand)
    for portal in portals:
        programs.finish(f"{portal.name}-prepare", PREPARE_WAIT_S)
    for portal in portals:
        _introduce(portal, [other for other in portals if other is not portal])
    for portal in portals:
        variables = make_variables(portal.list_variables())
        for part in ("portal", "worker"):
            programs.start(f"{portal.name}-{part}", "kopir.bridge.cli.main", part, variables=variables)
    deadline = time.monotonic() + START_WAIT_S
    for portal in portals:
        while not _is_ready(portal):
            programs.check()
            if time.monotonic() > deadline:
                msg = f"{portal.address} is not ready after {START_WAIT_S:.0f} s; see {shown(programs.logs)}"
                raise StandError(msg)
            time.sleep(0.05)


def list_portals(stand: Stand) -> list[Portal]:
    """One for each country, in their order."""
    return [Portal(country) for country in stand.countries]


def welcome(stand: Stand) -> str:
    """Return where the portals are and how one signs in, as lines for the terminal."""
    portals = list_portals(stand)
    sign_ins = make_sign_ins(stand.folder, tuple(portal.name for portal in portals))
    lines = ["\nThe portals are open, with the regions and state bodies of their countries:\n"]
    width = max(len(portal.address) for portal in portals) + 4
    lines += [f"   {portal.address + '/':<{width}}{COUNTRY_NAMES[portal.name]}" for portal in portals]
    lines += ["\nSign in as one of these:\n"]
    rows = [[email_of(portal.name, who) for portal in portals] for who in SHOWS]
    width = max(len(email) for row in rows for email in row) + 2
    for row, shows in zip(rows, SHOWS.values(), strict=True):
        lines.append("   " + "".join(f"{email:<{width}}" for email in row) + shows)
    command = [shown(Path(sys.executable).with_name("kopir")), "stand", "code", portals[0].name, "operator"]
    if stand.folder != Path("var/stand").absolute():
        command += ["--folder", shown(stand.folder)]
    lines += [f"\n   password   {sign_ins.password}", f"   code       {shlex.join(command)}"]
    return "\n".join(lines)


def _introduce(portal: Portal, others: list[Portal]) -> None:
    """Give a portal what its neighbors say of theirs, with the anchors that its node has accepted."""
    place = portal.folder / "portals"
    place.mkdir(exist_ok=True)
    for other in others:
        instance = other.country.instance
        shutil.copyfile(other.folder / STATEMENT, place / f"{instance}.portal.jws")
        shutil.copyfile(other.country.anchor, place / f"{instance}.anchor.toml")


def _is_ready(portal: Portal) -> bool:
    try:
        headers = {"Host": f"{portal.host}:{portal.country.ports.portal}"}
        status, _ = request(portal.country.ports.portal, "GET", "/health/ready", headers)
    except (OSError, http.client.HTTPException):
        return False
    return status == http.client.OK
