"""Whether what is there is of today."""

from __future__ import annotations

from kopir.duties.checks.base import FEWEST_WORDS, Case, Defect, Params, Verdict, check, judged
from kopir.duties.facts import day_of


@check("fresh", kind="", section="", within_days=1)
def fresh(params: Params, case: Case) -> Verdict:
    """Whether something of a kind, or in a section, was published or changed within so many working days."""
    found = [page for page in case.pages(params["kind"], params["section"]) if case.is_text(page)]
    if not found:
        return judged([Defect("absent")])
    last = max(found, key=lambda page: max(page.published_on, page.changed_on))
    newest = max(last.published_on, last.changed_on)
    if case.working_days_since(newest) <= params["within_days"]:
        return judged([])
    return judged([Defect("old", last.id, last.language, newest)])


@check("statement", sections=[""], valid_days=365)
def statement(params: Params, case: Case) -> Verdict:
    """Whether a statement is there and was renewed within so many days of the calendar."""
    found = [page for page in case.facts.pages if page.slug in params["sections"]]
    told = [page for page in found if case.is_text(page, FEWEST_WORDS)]
    if not told:
        return judged([Defect("absent")] if not found else [Defect("short", page.id, page.language) for page in found])
    last = max(told, key=lambda page: page.changed_on)
    day = day_of(last.changed_on)
    if day is not None and (case.on - day).days <= params["valid_days"]:
        return judged([])
    return judged([Defect("expired", last.id, last.language, last.changed_on)])
