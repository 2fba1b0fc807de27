"""Portals of several countries as a stand opens them: own processes, own databases, content, each trusting the others.

The nodes of the bridge stay at home: nothing here asks them. What a person has outside of the browser, an inbox for
letters and an app for codes, is here as well.
"""

from __future__ import annotations

import email
import email.policy
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kopir.demo import portals
from kopir.demo.content import read_content
from kopir.demo.places import Portal
from kopir.demo.processes import Programs
from kopir.demo.sign_ins import STEP_S, email_of, make_code, read_sign_ins
from kopir.demo.stand import Stand
from stands import free_first_port

LETTER_WAIT_S: Final = 20.0
PORTS: Final = 30
EXAMPLES: Final = frozenset({"Ақмола облысы", "Ақтөбе облысы", "Алматы облысы"})
"""Regions of Kazakhstan in the examples of the page of components, whatever the country."""


@dataclass
class LiveStand:
    """The open portals, by country as the packs are named."""

    folder: Path
    portals: dict[str, Portal]
    names: frozenset[str] = frozenset()
    """How the demonstration people are called, and places in examples: the same in every language."""
    _used: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def address(self, country: str, path: str) -> str:
        """The whole address of a path at the portal of a country."""
        return f"{self.portals[country].address}{path}"

    def sign_in_of(self, country: str, who: str) -> tuple[str, str, str]:
        """Address, password and the secret of the code app of a demonstration person."""
        known = read_sign_ins(self.folder)
        assert known is not None
        return email_of(country, who), known.password, known.secrets[f"{country}/{who}"]

    def code(self, secret: str) -> str:
        """A code that the app with this secret shows and that was not used yet; each works once."""
        while True:
            for late_s in (-STEP_S, 0, STEP_S):
                code, _ = make_code(secret, time.time() + late_s)
                if code not in self._used[secret]:
                    self._used[secret].add(code)
                    return code
            time.sleep(1)

    def letter(self, country: str, to: str) -> str:
        """The text of the newest letter to an address, waiting for it."""
        deadline = time.monotonic() + LETTER_WAIT_S
        while time.monotonic() < deadline:
            found = [text for at, text in sorted(self._letters(country, to))]
            if found:
                return found[-1]
            time.sleep(0.1)
        raise AssertionError(f"no letter came to {to}")

    def _letters(self, country: str, to: str) -> Iterator[tuple[float, str]]:
        for path in (self.portals[country].folder / "mail").glob("*.log"):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            body = message.get_body(("plain",))
            if to in str(message["To"]) and body is not None:
                yield path.stat().st_mtime, body.get_content()


@contextmanager
def live_stand(folder: Path, countries: str) -> Iterator[LiveStand]:
    """Open the portals of `countries`, as "kz,tj", and close them."""
    stand = Stand.of(folder, countries, free_first_port(PORTS))
    stand.build()
    with Programs(folder / "log") as programs:
        portals.begin(stand, programs)
        portals.open_all(stand, programs)
        opened = {portal.name: portal for portal in portals.list_portals(stand)}
        names = frozenset(person.name for country in opened for person in read_content(country).people)
        yield LiveStand(folder, opened, names | EXAMPLES)
