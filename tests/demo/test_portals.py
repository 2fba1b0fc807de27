"""The whole stand with its portals, started once: what a newcomer does with it, over HTTP as a browser would."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from kopir.demo import loopback
from kopir.demo.content import read_ribbon
from kopir.demo.portals import open_all, welcome
from kopir.demo.processes import Programs
from kopir.demo.sign_ins import make_code, read_sign_ins
from kopir.demo.stand import Stand, StandError
from stands import RunningStand, free_first_port, is_alive, running_stand

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
PROGRAMS_PER_COUNTRY = 5
LANGUAGES = {"kz": ("kk", "ru", "en"), "tj": ("tg", "ru", "en")}
NAMES = {"kk": "Қазақстан", "tg": "Тоҷикистон"}
VERIFY_WAIT_S = 20


@dataclass
class Visitor:
    """Somebody at a browser, with one jar of cookies for all portals of the stand."""

    stand: RunningStand
    folder: Path
    session: requests.Session = field(default_factory=requests.Session)

    def address(self, country: str, path: str) -> str:
        (found,) = re.findall(rf"(http://{country}\.localhost:\d+)/ ", self.stand.said)
        return f"{found}{path}"

    def open(self, address: str) -> requests.Response:
        return self.session.get(address, headers={"User-Agent": FIREFOX}, timeout=20)

    def send(self, page: requests.Response, **fields: str) -> requests.Response:
        """Fill in the form of the page that has these fields, and post it."""
        forms = re.findall(r"<form.*?</form>", page.text, flags=re.DOTALL)
        (form,) = (form for form in forms if all(f'name="{name}"' in form for name in fields) and "csrf" in form)
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
        return self.session.post(
            page.url,
            [*hidden, *fields.items()],
            headers={"User-Agent": FIREFOX, "Referer": page.url},
            timeout=20,
        )

    def sign_in(self, country: str, who: str, language: str) -> requests.Response:
        sign_ins = read_sign_ins(self.folder)
        assert sign_ins is not None
        assert f"password   {sign_ins.password}\n" in self.stand.said
        page = self.open(self.address(country, f"/{language}/account/sign-in/"))
        email = f"{who}@{country}.localhost"
        page = self.send(page, login=email, password=sign_ins.password)
        return self.send(page, code=make_code(sign_ins.secrets[f"{country}/{who}"], time.time())[0])


def test_a_stand_with_portals_is_what_its_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything with one start, since a start is what takes time."""
    monkeypatch.setattr(socket, "getaddrinfo", loopback._answer)
    folder = tmp_path / "stand"
    with running_stand(folder, free_first_port(), portals=True) as stand:
        for country in LANGUAGES:
            home_lists_real_bodies_in_each_language(Visitor(stand, folder), country)
        body_shows_its_colors_and_its_logo(Visitor(stand, folder))
        without_the_code_staff_is_kept_out(Visitor(stand, folder))
        operator_signs_in_and_administers(Visitor(stand, folder))
        citizen_signs_in_at_the_neighbors_portal_through_her_own(Visitor(stand, folder))
        for country in LANGUAGES:
            record_is_whole_and_time_stamped(stand, folder, country)
        stops_cleanly_and_leaves_no_program_behind(stand)


def verify(folder: Path, country: str) -> subprocess.CompletedProcess[str]:
    """`kopir audit verify` as somebody types it who has read the page of the stand."""
    kopir = f"{sys.executable} -m kopir.bridge.cli.main"
    line = f"set -a; . {folder}/{country}/portal.env; {kopir} audit verify"
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False, timeout=30)


def home_lists_real_bodies_in_each_language(visitor: Visitor, country: str) -> None:
    titles = set()
    for language in LANGUAGES[country]:
        page = visitor.open(visitor.address(country, f"/{language}/"))
        assert page.status_code == 200
        assert f'<html lang="{language}"' in page.text
        assert page.text.count(f'href="/{language}/bodies/') > 40
        titles.add(re.findall(r"<h1[^>]*>(.*?)</h1>", page.text, flags=re.DOTALL)[0])
        assert NAMES.get(language, "") in page.text
        assert read_ribbon()[language] in page.text
    assert len(titles) == 3


def body_shows_its_colors_and_its_logo(visitor: Visitor) -> None:
    page = visitor.open(visitor.address("tj", "/tg/bodies/agency-for-innovation/"))
    (theme,) = re.findall(r'href="([^"]*/theme-5b2a78-[^"]+\.css)"', page.text)
    (logo,) = re.findall(r'src="([^"]*crests/[^"]+\.svg)"', page.text)

    for address, kind in ((theme, "text/css"), (logo, "image/svg+xml")):
        answer = visitor.open(visitor.address("tj", address))
        assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, kind)


def operator_signs_in_and_administers(visitor: Visitor) -> None:
    arrived = visitor.sign_in("kz", "operator", "kk")
    bodies = visitor.open(visitor.address("kz", "/kk/manage/bodies/"))
    inbox = visitor.open(visitor.address("kz", "/kk/inbox/"))

    assert arrived.status_code == bodies.status_code == 200
    assert "Көрсетілім операторы" in arrived.text
    assert "Неден бастау керек" in inbox.text


def citizen_signs_in_at_the_neighbors_portal_through_her_own(visitor: Visitor) -> None:
    visitor.sign_in("tj", "citizen", "tg")
    consent = visitor.open(visitor.address("kz", "/kk/account/providers/TJ/"))
    assert consent.url.startswith(visitor.address("tj", "/identity/authorize"))

    arrived = visitor.send(consent, action="grant")

    assert arrived.url.startswith(visitor.address("kz", "/kk/account/"))
    assert "Шаҳрванди намоишӣ" in arrived.text


def without_the_code_staff_is_kept_out(visitor: Visitor) -> None:
    sign_ins = read_sign_ins(visitor.folder)
    assert sign_ins is not None
    page = visitor.open(visitor.address("tj", "/tg/account/sign-in/"))
    visitor.send(page, login="operator@tj.localhost", password=sign_ins.password)

    assert "/account/sign-in/" in visitor.open(visitor.address("tj", "/tg/manage/bodies/")).url


def record_is_whole_and_time_stamped(stand: RunningStand, folder: Path, country: str) -> None:
    """Its head lies in the journal of the bridge, under a time stamp."""
    control = _control(stand, country)
    deadline = time.monotonic() + VERIFY_WAIT_S
    while True:
        requests.post(f"http://127.0.0.1:{control}/stamp", timeout=10)  # now, rather than within the minute
        done = verify(folder, country)
        assert (done.returncode, done.stderr) == (0, "")
        rows = re.findall(r"(\d+) rows sealed, 0 waiting", done.stdout)
        vouched = re.findall(r"vouches for the first (\d+) rows, a time stamp for (\d+)", done.stdout)
        if rows and vouched == [(rows[0], rows[0])]:
            break
        assert time.monotonic() < deadline, done.stdout
        time.sleep(0.5)
    assert int(rows[0]) > 15
    assert done.stdout.endswith("everything holds\n")


def _control(stand: RunningStand, country: str) -> int:
    (port,) = re.findall(rf"http://{country}\.localhost:(\d+)/ ", stand.said)
    return int(port) - 4


def stops_cleanly_and_leaves_no_program_behind(stand: RunningStand) -> None:
    children = stand.children()
    below = _descendants(children)
    started = time.monotonic()
    status, said = stand.end(signal.SIGINT)

    assert len(children) == 2 * PROGRAMS_PER_COUNTRY
    assert len(below) >= 2, "the servers have processes of their own"
    assert (status, said.strip()) == (0, "Stopping.")
    assert time.monotonic() - started < 10
    assert not [pid for pid in (*children, *below) if is_alive(pid)]


def _descendants(parents: dict[int, str]) -> list[int]:
    found = []
    for pid in parents:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        found += [int(one) for one in listed]
    return found


def test_three_countries_have_three_portals(tmp_path: Path) -> None:
    stand = Stand.of(tmp_path, "kz,tj,uz", 28_000)

    said = welcome(stand)

    addresses = re.findall(r"^   (http://\S+/) +(\w+)$", said, flags=re.MULTILINE)
    assert addresses == [
        ("http://kz.localhost:28006/", "Kazakhstan"),
        ("http://tj.localhost:28016/", "Tajikistan"),
        ("http://uz.localhost:28026/", "Uzbekistan"),
    ]
    assert len(re.findall(r"\S+@uz\.localhost", said)) == 4


def test_the_line_for_a_code_names_a_folder_that_is_not_the_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("stand", "stand2"):
        (tmp_path / "var" / name).mkdir(parents=True)

    usual = welcome(Stand.of(tmp_path / "var" / "stand", "kz,tj", 28_000))
    other = welcome(Stand.of(tmp_path / "var" / "stand2", "kz,tj", 28_000))

    assert usual.endswith("kopir stand code kz operator")
    assert other.endswith("kopir stand code kz operator --folder var/stand2")


def test_a_portal_that_does_not_become_ready_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Idle(Programs):
        def start(self, name: str, *arguments: str, **options: object) -> None:
            """Start nothing."""

        def finish(self, name: str, wait_s: float) -> None:
            """Nothing was started."""

    stand = Stand.of(tmp_path, "kz,tj", free_first_port())
    monkeypatch.setattr("kopir.demo.portals.START_WAIT_S", 0.1)
    monkeypatch.setattr("kopir.demo.portals._introduce", lambda *_: None)
    with pytest.raises(StandError, match=r"http://kz\.localhost:\d+ is not ready after 0 s; see "):
        open_all(stand, Idle(tmp_path / "log"))
