"""Upgrades many websites, each in a transaction of its own, and tells what it does, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from kopir.base import clock
from kopir.base.actors import system_actor
from kopir.base.errors import KopirError
from kopir.upgrading.actions import Outcome, undo_upgrade, upgrade_website
from kopir.upgrading.queries import plan_upgrades
from kopir.upgrading.rules import PAGE, Merged
from kopir.websites.models import Website, WebsiteState
from kopir.websites.queries import list_websites

Say = Callable[[str], object]


def run(slugs: Sequence[str], *, is_dry: bool, is_undo: bool, say: Say) -> int:
    """Do it for the open websites with these addresses, all where there is none. Returns 1 where one was refused."""
    websites = list(list_websites().filter(state=WebsiteState.OPEN))
    if unknown := sorted(set(slugs) - {website.slug for website in websites}):
        say(f"kopir: no open website {', '.join(unknown)}")
        return 1
    chosen = [website for website in websites if not slugs or website.slug in slugs]
    if is_dry:
        return _preview(chosen, say)
    return _each(chosen if is_undo else (plan.website for plan in plan_upgrades(chosen)), say, is_undo=is_undo)


def count(merged: Merged) -> Counter[str]:
    """How many units an upgrade would change, on how many pages, and how many wait for a decision."""
    changed = {change.unit[:2] for change in merged.changes}
    made = {change.unit[:2] for change in merged.changes if change.unit.part == PAGE}
    return Counter(
        units=len(merged.changes), pages=len(changed - made), made=len(made), conflicts=len(merged.conflicts)
    )


def _preview(websites: Iterable[Website], say: Say) -> int:
    total: Counter[str] = Counter()
    for plan in plan_upgrades(websites):
        counts = count(plan.merge())
        total += counts + Counter(sites=1)
        say(f"{plan.website.slug}: {_words(counts)}")
    say(f"{total['sites']} websites would be upgraded: {_words(total)}")
    return 0


def _words(counts: Counter[str]) -> str:
    return (
        f"{counts['pages']} pages changed, {counts['made']} pages new, {counts['units']} changes, "
        f"{counts['conflicts']} conflicts"
    )


def _each(websites: Iterable[Website], say: Say, *, is_undo: bool) -> int:
    done, refused, actor = 0, 0, system_actor("kopir sites")
    for website in websites:
        act = undo_upgrade if is_undo else upgrade_website
        try:
            say(f"{website.slug}: {_tell(act(website=website, actor=actor, now=clock.now()))}")
            done += 1
        except KopirError as error:
            say(f"{website.slug}: {error}")
            refused += 1
    say(f"{done} websites {'taken back' if is_undo else 'upgraded'}, {refused} refused")
    return 1 if refused else 0


def _tell(outcome: Outcome) -> str:
    written = outcome.written
    words = [f"{written.published} pages published", f"{written.drafts} left as drafts", f"{written.made} pages new"]
    words += [f"{written.removed} pages deleted"] if written.removed else []
    words += [f"{len(outcome.conflicts)} conflicts wait for a decision"] if outcome.conflicts else []
    words += [f"{len(outcome.kept)} edited since and kept"] if outcome.kept else []
    return ", ".join(words)
