"""A test that leaves the process other than it found it fails and says what it left: others run after it, in any order.

What is looked at is cheap to look at (0.1 ms a test) and has no fixture that puts it back: methods that our rooms
replace in libraries, registries and context variables of our modules, receivers of signals, settings, the environment,
the folder, the time zone, handlers of signals and of logs.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, Final

import pytest

REPLACED: Final = (
    ("wagtail.models", "Page", "from_db"),
    ("wagtail.models", "Page", "_kopir_tagged"),
    ("wagtail.actions.delete_page", "DeletePageAction", "_delete_page"),
)
UNWATCHED: Final = {"setting_changed", "post_init"}  # each cache that is made, each model of a migration adds to them
_looks: dict[str, tuple[Any, Callable[[Any], object]]] = {}
_known: set[str] = set()


def look() -> dict[str, object]:
    """What is left to the next test, by its name in a sentence."""
    if len(sys.modules) != len(_known):
        _find_looks()
    loggers = (logging.root, logging.getLogger("kopir"))
    variables = dict(os.environ)
    variables.pop("PYTEST_CURRENT_TEST", None)
    return {
        **{name: see(thing) for name, (thing, see) in _looks.items()},
        "the environment": variables,
        "the current folder": os.getcwd(),  # noqa: PTH109 - quicker
        "the time zone of the process": time.tzname,
        "a handler of signals": [signal.getsignal(n) for n in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)],
        "levels or handlers of logs": [logging.root.manager.disable, *(_see_log(log) for log in loggers)],
    }


def _see_log(log: logging.Logger) -> list[object]:
    """Without the handlers of the test runner: commands that set up Django take them away, the runner adds them."""
    return [log.level, *(each for each in log.handlers if type(each).__module__ != "_pytest.logging")]


def find_left(before: dict[str, object], after: dict[str, object], *, has_loaded: bool) -> list[str]:
    """What differs. Where modules were imported meanwhile, what grew is theirs: they register on loading."""
    names = [name for name in before if not (has_loaded and name.startswith(("receivers ", "the registry ")))]
    return [name for name in names if name not in after or after[name] != before[name]]


def _find_looks() -> None:
    for name in set(sys.modules) - _known:
        module: Any = sys.modules[name]
        if name == "django.conf":
            _looks["settings"] = module.settings, lambda settings: (settings._wrapped, {**vars(settings._wrapped)})
        elif name.startswith("kopir.") or name.endswith("signals"):
            _looks.update(_find_things(module))
        for home, kind, method in REPLACED:
            if home == name:
                _looks[f"{kind}.{method}"] = (method, vars(vars(module)[kind]).get)
    _known.update(sys.modules)


def _find_things(module: Any) -> Iterator[tuple[str, tuple[Any, Callable[[Any], object]]]]:
    for key, value in vars(module).items():
        if type(value).__name__ == "Registry":
            yield f"the registry of each {value._what}", (value, lambda registry: registry._things.copy())
        elif isinstance(value, ContextVar):
            yield f"the variable {value.name}", (value, lambda variable: variable.get(None) or None)
        elif key == "_handlers":
            yield (
                "handlers of events",
                (value, lambda handlers: {kind: [*each] for kind, each in handlers.items() if each}),
            )
        elif hasattr(value, "_clear_dead_receivers") and not isinstance(value, type) and key not in UNWATCHED:
            yield f"receivers of {key}", (value, lambda signal: signal._clear_dead_receivers() or len(signal.receivers))


@pytest.fixture(autouse=True)
def all_is_as_before(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves something behind."""
    before, loaded = look(), len(sys.modules)
    yield
    if left := find_left(before, look(), has_loaded=len(sys.modules) != loaded):
        pytest.fail(f"{request.node.name} leaves {', '.join(left)} changed: use monkeypatch, or put back what was")


@pytest.fixture
def monkeypatch(all_is_as_before: None) -> Iterator[pytest.MonkeyPatch]:
    """Take the place of pytest's, which a fixture of Django's calls before ours, so that it is put back first."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch
