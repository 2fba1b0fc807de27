"""A real browser against the portal: Debian's Chromium, headless, one for each worker of the tests.

    def test_it(visitor):
        page = visitor.open("/kk/design/", width=360)

A visitor is one person with one jar of cookies for each pair of "with JavaScript" and "without". When the test ends,
every word in the browser's console of a fault (broken script, content security policy, missing file) fails it; what a
test provokes on purpose it names in `visitor.expected`. The portal runs in a thread of the test's process
and sees what the test writes to the database, which is emptied afterwards.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Response

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")
HOST: Final = "kz.localhost"
HEIGHT: Final = 900
WIDTHS: Final = (360, 768, 1280)
LEVEL_AA: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="session")
def portal_server() -> Iterator[int]:
    """The portal on a free port of this machine; gives the port."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    server = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={}, port=0)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield server.port
    server.terminate()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser. Without one the tests that need it are skipped, except where BROWSER_TESTS=required (CI).

    It ends with the module that needs it: while it lives, an event loop runs in this thread, beside which no test of
    another module could run its own, and Django takes the loop for a reason to refuse queries.
    """
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        sentence = "there is no Chromium here: apt-get install chromium"
        (pytest.fail if os.environ.get("BROWSER_TESTS") == "required" else pytest.skip)(sentence)
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser, portal_server: int, transactional_db: None, settings: Any) -> Iterator[Visitor]:
    """One person at the portal; see the head of this module. Every page reads what the operator set for the portal."""
    settings.KOPIR_ADDRESS = f"http://{HOST}:{portal_server}"
    person = Visitor(chromium, portal_server)
    yield person
    person.leave()
    unexpected = [fault for fault in person.faults if not any(words in fault for words in person.expected)]
    assert not unexpected, "the browser complains:\n" + "\n".join(unexpected)


@dataclass
class Visitor:
    """Opens pages and notes what the browser complains of; `expected` holds words of complaints that are meant."""

    browser: Browser
    port: int
    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    _contexts: dict[bool, BrowserContext] = field(default_factory=dict)

    def address(self, path: str, host: str = HOST) -> str:
        """The whole address of a path on a host of the portal."""
        return f"http://{host}:{self.port}{path}"

    def open(self, path: str, *, width: int = 1280, host: str = HOST, javascript: bool = True) -> Page:
        """A new page at this path."""
        page = self.context(javascript=javascript).new_page()
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.goto(self.address(path, host))
        return page

    def context(self, *, javascript: bool = True) -> BrowserContext:
        """The jar of cookies and what surrounds it, to set cookies or listen to requests before a page is opened."""
        if javascript not in self._contexts:
            context = self.browser.new_context(java_script_enabled=javascript)
            context.set_default_timeout(20_000)
            context.on("console", lambda message: self._note(message.type, message.text, message.location))
            context.on("weberror", lambda error: self.faults.append(str(error.error)))
            self._contexts[javascript] = context
        return self._contexts[javascript]

    def leave(self) -> None:
        """Close everything."""
        for context in self._contexts.values():
            context.close()

    def _note(self, kind: str, text: str, location: Any) -> None:
        if kind in {"error", "warning"}:
            self.faults.append(f"{kind}: {text} ({location.get('url', '')})")


def find_faults(page: Page, *, within: str | None = None) -> list[str]:
    """What axe-core finds against level AA of WCAG 2.2: rule, help and the elements; `within` what a selector names."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(
        page, context=within, options={"runOnly": {"type": "tag", "values": LEVEL_AA}, "resultTypes": ["violations"]}
    )
    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:200]}"
        for fault in found.response["violations"]
        for node in fault["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def find_small_targets(page: Page, least: int = 24) -> list[str]:
    """Links outside of running text, buttons and boxes smaller than `least` pixels either way (WCAG 2.2, 2.5.8)."""
    found: list[str] = page.evaluate(_SMALL_TARGETS, least)
    return found


_SMALL_TARGETS: Final = """least => [
    ...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')
  ]
  .filter(one => {
    const box = one.getBoundingClientRect();
    const isText = one.matches('p a, dd a, .govuk-details__text a') && getComputedStyle(one).display === 'inline';
    const covers = getComputedStyle(one, '::after').position === 'absolute' && one.matches('.design-card__link');
    return box.width && box.height && !isText && !covers && !one.matches('.govuk-skip-link')
      && (box.width < least || box.height < least);
  })
  .map(one => one.outerHTML.slice(0, 120) + ' ' + JSON.stringify(one.getBoundingClientRect()))"""


def record_responses(context: BrowserContext) -> list[Response]:
    """A list that fills with every response from now on."""
    responses: list[Response] = []
    context.on("response", lambda response: responses.append(response))  # noqa: PLW0108 - it takes no built-in method
    return responses
