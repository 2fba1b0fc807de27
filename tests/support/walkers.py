"""People who walk through live portals: one at a browser, who says what to press; every page on the way is judged.

Nothing here knows a word of any language: links are found by where they lead, boxes by their names. A page is judged
where a walker looks at it: it scrolls sideways at no width, axe-core finds nothing, the console is silent, and what
stands there is kept for whoever asks in which language it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from browser import HEIGHT, WIDTHS, find_faults, scrolls_sideways
from livestand import LiveStand
from sentences import find_foreign, read_texts

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

WAIT_MS: Final = 20_000
MAIN: Final = "main"
SIGN_IN: Final = "/account/sign-in/"
_SKELETON: Final = """() => [...document.querySelectorAll('body *')]
  .map(one => [one.tagName, one.className, one.id, one.type, one.getAttributeNames()].join()).join(';')"""


@dataclass
class Judged:
    """What was found wrong on the pages that people stood on, each with its address; empty is good."""

    faults: list[str] = field(default_factory=list)
    foreign: dict[str, str] = field(default_factory=dict)
    """What is in another language, with the first page on which it stood."""
    pages: int = 0
    skeletons: set[tuple[bool, str]] = field(default_factory=set)
    """Pages that axe-core has seen, narrow or not, by their elements: it judges those, not words."""


class Walker:
    """One person with one jar of cookies, at the portal of `country`, reading in `language`."""

    def __init__(
        self,
        context: BrowserContext,
        stand: LiveStand,
        judged: Judged,
        country: str,
        language: str,
        *,
        width: int,
        has_axe: bool,
    ) -> None:
        self.context, self.stand, self.judged = context, stand, judged
        self.country, self.language, self.width, self.has_axe = country, language, width, has_axe
        self.page: Page = context.new_page()
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.expected: list[str] = []

    def go(self, path: str, country: str = "") -> None:
        """Open a path in one's language."""
        self.page.goto(self.stand.address(country or self.country, f"/{self.language}{path}"))

    def look(self) -> None:
        """Judge the page: widths, axe-core, words."""
        where = f"{self.page.url} [{self.language}, {self.width} px{'' if self.has_axe else ', no JavaScript'}]"
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            if scrolls_sideways(self.page):
                self.judged.faults.append(f"{where} scrolls sideways at {width} px")
        self.page.set_viewport_size({"width": self.width, "height": HEIGHT})
        skeleton = self.width < WIDTHS[1], str(self.page.evaluate(_SKELETON))
        if self.has_axe and skeleton not in self.judged.skeletons:
            self.judged.skeletons.add(skeleton)
            self.judged.faults += [f"{where}: {fault}" for fault in find_faults(self.page)]
        self.judged.pages += 1
        spoken = self.page.locator("html").get_attribute("lang") or ""
        if spoken.partition("-")[0] != self.language:
            self.judged.faults.append(f"{where} is in {spoken!r}")
        for text in find_foreign(self.language, read_texts(self.page.content()), self.stand.names):
            self.judged.foreign.setdefault(text, where)

    def fill(self, **values: str) -> None:
        """Write into boxes and choose from lists, by their names."""
        for name, value in values.items():
            box = self.page.locator(f'{MAIN} [name="{name}"]:not([type=hidden])')
            kind = box.first.evaluate("one => one.type || ''")
            if kind.startswith("select"):
                box.select_option(value)
            elif kind in {"radio", "checkbox"}:
                self.page.locator(f'{MAIN} [name="{name}"][value="{value}"]').check()
            else:
                box.fill(value)

    def send(self, form: str = "form", **values: str) -> None:
        """Fill in a form and send it by its first button."""
        self.fill(**values)
        with self.page.expect_navigation():
            self.page.locator(f"{MAIN} {form} button[type=submit]").first.click()

    def follow(self, address: str) -> None:
        """Follow the link of the page whose address ends so."""
        with self.page.expect_navigation():
            self.page.locator(f'{MAIN} a[href$="{address}"]').first.click()

    def is_at(self, path: str) -> bool:
        """Whether the page is the one of this path, whatever follows it."""
        return self.page.url.startswith(self.stand.address(self.country, f"/{self.language}{path}"))

    def sign_in(self, who: str, *, looks: bool = False) -> None:
        """Sign in as a demonstration person: password, then the code of the app."""
        email, password, secret = self.stand.sign_in_of(self.country, who)
        self.go(SIGN_IN)
        self.send(login=email, password=password)
        if looks:
            self.look()
        self.send(code=self.stand.code(secret))
        assert self.is_at("/account/"), self.page.url

    def error(self) -> str:
        """What the summary of faults on top of a form says."""
        return self.page.locator(f"{MAIN} .govuk-error-summary").inner_text()


@dataclass
class Walks:
    """Lets people in and out; keeps who is signed in, so that a second walk begins where a first one ended."""

    browser: Browser
    stand: LiveStand
    judged: Judged = field(default_factory=Judged)
    _states: dict[tuple[str, str], Any] = field(default_factory=dict)

    @contextmanager
    def walker(
        self, country: str, language: str, *, width: int = 1280, javascript: bool = True, who: str = ""
    ) -> Iterator[Walker]:
        """Somebody new; signed in where `who` is a demonstration person. The console is silent, or it is told."""
        state = self._signed_in(country, who) if who else None
        context = self.browser.new_context(java_script_enabled=javascript, locale=language, storage_state=state)
        context.set_default_timeout(WAIT_MS)
        walker = Walker(context, self.stand, self.judged, country, language, width=width, has_axe=javascript)
        context.on("console", lambda message: self._note(walker, message.type, message.text))
        context.on("weberror", lambda error: self.judged.faults.append(f"{walker.page.url}: {error.error}"))
        yield walker
        context.close()

    def _signed_in(self, country: str, who: str) -> Any:
        if (country, who) not in self._states:
            language = {"kz": "kk", "tj": "tg", "uz": "uz"}[country]
            with self.walker(country, language) as walker:
                walker.sign_in(who)
                self._states[country, who] = walker.context.storage_state()
        return self._states[country, who]

    def _note(self, walker: Walker, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and not any(words in text for words in walker.expected):
            self.judged.faults.append(f"{walker.page.url}: the console says: {text}")
