"""What people do at the portals of a stand, from their first page to their last, in a real browser and four languages.

All walks share one stand and one browser, since starting those takes longest. A walk fails where a page on it is wrong
in any way that `walkers` judges; how the pages look at other widths and without JavaScript is seen by the walks in
other languages: each language has a width of its own, and Tajik readers have no JavaScript.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from livestand import live_stand
from walkers import SIGN_IN, Judged, Walker, Walks

# Language: the portal at which it is read, the width of the window, whether scripts run.
READERS: Final = {
    "kk": ("kz", 1280, True),
    "tg": ("tj", 768, False),
    "uz": ("uz", 360, True),
    "ru": ("kz", 768, True),
}
PASSWORD: Final = "seven quiet rivers under ice"


@pytest.fixture(scope="module")
def walks(chromium, tmp_path_factory) -> Iterator[Walks]:
    with live_stand(tmp_path_factory.mktemp("live") / "stand", "kz,tj,uz") as stand:
        yield Walks(chromium, stand)


@pytest.fixture
def judged(walks: Walks) -> Iterator[Judged]:
    """What a test finds wrong on its pages; the test fails when it has passed and this is not empty."""
    walks.judged = Judged(skeletons=walks.judged.skeletons)
    yield walks.judged
    assert walks.judged.pages, "nobody looked at a page"
    assert not walks.judged.faults, "\n".join(walks.judged.faults)
    assert not walks.judged.foreign, "\n".join(f"{text}  ({where})" for text, where in walks.judged.foreign.items())


readers = pytest.mark.parametrize("language", READERS)


def reader(walks: Walks, language: str, who: str = ""):
    """A person who reads in this language."""
    country, width, javascript = READERS[language]
    return walks.walker(country, language, width=width, javascript=javascript, who=who)


def test_what_is_wrong_on_a_page_is_found(walks, judged):
    with reader(walks, "kk") as person:
        person.go("/low-vision/")
        person.look()
        assert (judged.faults, judged.foreign) == ([], {})
        person.page.evaluate(
            """() => document.querySelector('main').insertAdjacentHTML('beforeend',
              '<img src="/static/design/favicon.svg"><p style="color:red">Sign in</p><p>Войти как гость</p>'
              + '<p>Войти</p><p lang="en">Sign out</p><pre>' + '1'.repeat(400) + '</pre>')"""
        )
        person.look()
    text = "\n".join(judged.faults)
    assert all(f"scrolls sideways at {width} px" in text for width in (360, 768, 1280))
    assert "image-alt" in text
    assert "Content Security Policy" in text
    assert {found.partition(" ")[2] for found in judged.foreign} == {"English: Sign in", "Russian: Войти"}
    walks.judged = Judged(pages=1)


# --- A platform operator makes a body and invites its editor, who sees it


@readers
def test_an_operator_makes_a_body_and_its_editor_takes_it_over(walks, judged, language):
    slug, editor = f"bureau-of-{language}", f"editor-of-{language}@example.org"
    with reader(walks, language, "operator") as operator:
        make_body(operator, slug)
        invite_editor(operator, slug, editor)
    letter = walks.stand.letter(READERS[language][0], editor)
    with reader(walks, language) as person:
        secret = accept(person, letter)
        see_factors(person)
        sign_out(person)
        enter(person, editor, secret)
        sees_the_body(person, slug)


def name_of(slug: str) -> str:
    """A name that is in no language and in each of them."""
    return f"Бюро Byuro {slug}"


def make_body(operator: Walker, slug: str) -> None:
    operator.go("/manage/")
    operator.look()
    operator.follow("/manage/bodies/")
    operator.follow("/manage/bodies/new/")
    operator.send()
    assert operator.error()
    operator.look()
    names = operator.page.locator('[name^="names_"]').evaluate_all("all => all.map(one => one.name)")
    assert len(names) >= 3
    operator.send(kind="agency", slug=slug, **dict.fromkeys(names, name_of(slug)))
    operator.look()
    assert operator.is_at(f"/manage/bodies/{slug}/"), operator.page.url


def invite_editor(operator: Walker, slug: str, email: str) -> None:
    operator.go("/manage/people/")
    operator.look()
    operator.follow("/manage/people/invite/")
    operator.send(email="nobody")
    assert operator.error()
    operator.look()
    body = operator.page.locator('[name="body"] option', has_text=name_of(slug)).first.get_attribute("value")
    operator.send(email=email, role="editor", body=body or "", language=operator.language)
    operator.look()
    assert operator.is_at("/manage/people/")
    assert email in operator.page.locator("main").inner_text()


def accept(person: Walker, letter: str) -> str:
    """Open the link of the letter, make the account, set up the app; return its secret."""
    (link,) = re.findall(r"http://\S+/account/invitation/\S+", letter)
    person.page.goto(link)
    assert person.is_at("/account/invitation/")
    person.send(name="Зарина Zarina", password1="zarina", password2="other")
    person.look()
    person.send(name="Зарина Zarina", password1=PASSWORD, password2=PASSWORD)
    person.look()
    assert person.is_at("/account/factors/needed/"), "staff goes nowhere before the second factor"
    person.go("/manage/bodies/")
    assert person.is_at("/account/factors/needed/")
    person.follow("/account/factors/app/add/")
    person.send(code="000000")
    person.look()
    secret = person.page.locator('main code[translate="no"]').inner_text()
    person.send(code=person.stand.code(secret))
    person.look()
    assert person.page.locator("main code").count() >= 5, "recovery codes, shown this once"
    return secret


def see_factors(person: Walker) -> None:
    person.go("/account/factors/")
    person.look()
    person.follow("/account/factors/codes/")
    person.look()
    assert not person.page.locator("main code").count()


def sign_out(person: Walker) -> None:
    person.go("/account/")
    person.look()
    person.send('form[action$="/account/sign-out/"]')
    person.look()
    person.go("/manage/")
    assert person.is_at(SIGN_IN)


def enter(person: Walker, email: str, secret: str) -> None:
    person.look()
    person.send(login=email, password=PASSWORD)
    person.look()
    person.send(code=person.stand.code(secret))
    assert person.is_at("/manage/"), "whoever signs in goes on where they were"


def sees_the_body(person: Walker, slug: str) -> None:
    person.look()
    person.follow(f"/bodies/{slug}/")
    person.look()
    assert person.page.locator("h1").inner_text() == name_of(slug)
    person.expected.append("403")
    person.go(f"/manage/bodies/{slug}/")
    person.look()
    assert not person.page.locator('[name="phone"]').count(), "an editor of pages does not change the body"


# --- Five wrong passwords, then the right one

LOCKED_OUT: Final = {"kk": "citizen", "tg": "editor", "uz": "citizen", "ru": "editor"}


@readers
def test_five_wrong_passwords_lock_the_account_and_the_page_says_what_to_do(walks, judged, language):
    with reader(walks, language) as person:
        email, password, _ = walks.stand.sign_in_of(person.country, LOCKED_OUT[language])
        person.go(SIGN_IN)
        said = []
        for attempt in range(5):
            person.send(login=email, password=f"wrong {attempt}")
            said.append(person.error())
            assert person.is_at(SIGN_IN)
        assert len(set(said)) == 1, "nothing tells how near the lock is"
        person.look()
        person.send(login=email, password=password)
        assert person.is_at(SIGN_IN)
        assert person.error() not in said, "the page says that it is locked"
        person.look()
        person.go("/account/")
        assert person.is_at(SIGN_IN), "not even the right password opens it now"


# --- A session ended from another browser

TRAVELERS: Final = {"kk": "auditor", "tg": "auditor", "uz": "auditor", "ru": "operator"}


@readers
def test_a_session_ended_from_another_browser_is_over_at_its_next_request(walks, judged, language):
    who = TRAVELERS[language]
    with reader(walks, language) as lost, reader(walks, language, who) as person:
        lost.sign_in(who, looks=True)
        person.go("/account/sessions/")
        person.look()
        ends = person.page.locator('main tbody form[action$="/account/sessions/end/"]')
        before = ends.count()
        assert before >= 1
        person.send("tbody form")
        person.look()
        assert ends.count() == before - 1
        lost.go("/account/")
        assert lost.is_at(SIGN_IN)
        lost.look()
        person.go("/account/")
        assert person.is_at("/account/"), "who ended it stays"


# --- A Tajik citizen at the Kazakh portal


@pytest.mark.parametrize(("here", "there"), [("kk", "tg"), ("ru", "ru")])
def test_a_tajik_citizen_signs_in_at_the_kazakh_portal_through_her_own_node(walks, judged, here, there):
    with walks.walker("kz", here) as person:
        person.go(SIGN_IN)
        person.follow("/account/providers/")
        person.look()
        # What her own portal speaks: as she has set her browser there.
        host = walks.stand.portals["tj"].host
        person.context.add_cookies([{"name": "django_language", "value": there, "domain": host, "path": "/"}])
        person.follow("/account/providers/TJ/")
        person.country, person.language = "tj", there
        assert person.is_at(SIGN_IN), person.page.url
        email, password, secret = walks.stand.sign_in_of("tj", "citizen")
        person.send(login=email, password=password)
        person.look()
        person.send(code=walks.stand.code(secret))
        assert "/identity/authorize" in person.page.url
        person.look()
        assert "TJ" in person.page.locator("main dl").inner_text()
        person.send('form:has([value="grant"])')
        person.country, person.language = "kz", here
        assert person.is_at("/account/"), person.page.url
        person.look()
        assert person.page.locator('[name="name"]').input_value() == "Шаҳрванди намоишӣ"
        assert "TJ" in person.page.locator("main").inner_text()
        person.expected.append("403")
        person.go("/manage/people/")
        person.look()
        assert not person.page.locator("table").count(), "a citizen of another country administers nothing"


# --- The panel for low vision


def size_of(answer: Any) -> int:
    """How many bytes a picture has."""
    return int(answer.headers.get("content-length", "-1"))


CRESTS: Final = {"kz": "ministry-of-health", "tj": "agency-for-innovation", "uz": "ministry-of-health"}


@readers
def test_the_panel_for_low_vision_is_remembered_and_loads_no_picture(walks, judged, language):
    with reader(walks, language) as person:
        asked: list[str] = []
        person.context.on("request", lambda request: asked.append(request.url))
        person.go("/")
        person.page.locator(".design-utility__low-vision").click()
        person.page.wait_for_url("**/low-vision/**")
        person.look()
        bar = person.page.locator(".design-low-vision-bar")
        assert not bar.is_visible()
        person.send(size="200", spacing="wide", colors="black", pictures="off")
        assert person.is_at("/")
        assert bar.is_visible()
        person.look()
        asked.clear()
        sizes: dict[str, int] = {}
        person.context.on(
            "response", lambda answer: "crests" in answer.url and sizes.update({answer.url: size_of(answer)})
        )
        person.go(f"/bodies/{CRESTS[person.country]}/")
        person.look()
        assert bar.is_visible()
        assert person.page.locator(".design-masthead__crest").count() == 1, "this body has a crest"
        if READERS[language][2]:
            assert not [address for address in asked if "crests" in address], "no picture is asked for"
        else:
            assert sizes, "the browser asks"
            assert not any(sizes.values()), "and gets nothing"
        other = person.context.new_page()
        other.goto(person.stand.address(person.country, f"/en{SIGN_IN}"))
        assert other.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
        other.close()
        bar.locator("a").click()
        person.page.wait_for_url("**/low-vision/**")
        with person.page.expect_navigation():
            person.page.locator('main button[name="ordinary"]').click()
        assert not bar.is_visible()


# --- Passkeys without JavaScript


def test_passkeys_need_javascript_and_the_page_says_so(walks, judged):
    for javascript in (True, False):
        with walks.walker("tj", "tg", javascript=javascript, who="operator") as person:
            person.go("/account/factors/passkeys/add/")
            person.look()
            assert person.page.locator("main noscript p").is_visible() is not javascript


# --- Every other page, in each language

OPEN: Final = ("/", "/calendar/", "/design/", "/low-vision/", "/account/sign-up/", "/account/password/reset/")
OWN: Final = (
    "/account/",
    "/account/password/",
    "/account/identifier/",
    "/account/factors/",
    "/account/factors/passkeys/",
    "/account/factors/passkeys/add/",
    "/inbox/",
    "/inbox/phone/",
)
OPERATORS: Final = (
    "/manage/bodies/",
    "/manage/calendar/",
    "/manage/portal/",
    "/manage/people/",
    "/manage/jobs/",
    "/manage/deliveries/",
)


@readers
def test_every_other_page_is_whole_in_each_language(walks, judged, language):
    with reader(walks, language) as stranger:
        see(stranger, OPEN)
        stranger.go("/")
        see_behind(stranger, "/regions/", "/bodies/")
    with reader(walks, language, "operator") as operator:
        see(operator, (*OWN, *OPERATORS))
        operator.go("/manage/bodies/")
        see_behind(operator, "/manage/bodies/")
        _, _, slug = operator.page.url.rstrip("/").rpartition("/")
        see(operator, tuple(f"/manage/bodies/{slug}/{part}/" for part in ("place", "look", "close")))
        operator.go("/inbox/")
        see_behind(operator, "/inbox/")
        operator.go("/manage/people/")
        see_behind(operator, "/manage/people/")
    with reader(walks, language, "auditor") as auditor:
        see(auditor, ("/manage/audit/",))
        see_behind(auditor, "/manage/audit/")


def see(person: Walker, paths: tuple[str, ...]) -> None:
    for path in paths:
        person.go(path)
        person.look()


def see_behind(person: Walker, *folders: str) -> None:
    """Look at the first page that is linked below each of these addresses, such as one body."""
    addresses = person.page.locator("main a[href]").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    for folder in folders:
        start = f"/{person.language}{folder}"
        below = [one for one in addresses if re.fullmatch(re.escape(start) + r"[\w-]{1,60}/", one)]
        chosen = [one for one in below if not one.endswith(("/invite/", "/phone/", "/new/"))]
        assert chosen, f"{person.page.url} links nothing below {folder}"
        person.page.goto(person.stand.address(person.country, chosen[0]))
        person.look()
