"""Whether what has to be there is there, and says something."""

from __future__ import annotations

from kopir.duties.checks.base import FEWEST_WORDS, Case, Defect, Params, Verdict, check, judged, unknown
from kopir.duties.facts import Page

TEXT = "text"


@check("present", sections=[""], kind="", items=0, words=FEWEST_WORDS)
def present(params: Params, case: Case) -> Verdict:
    """Whether one of the sections says something of its own or, with `items`, has so many pages of `kind` that do.

    A section is any page whose address ends so, in any language: what a language lacks is for `parity`. It also says
    something by what stands below it. Without sections, `items` are counted in the whole website.
    """
    if params["items"]:
        within = [page for name in params["sections"] for page in case.pages(params["kind"], name)]
        found = {page.key for page in within if case.is_text(page, params["words"])}
        return judged([] if len(found) >= params["items"] else [Defect("too_few", detail=str(len(found)))])
    pages = [page for page in case.facts.pages if page.slug in params["sections"]]
    told = [page for page in pages if _says_something(page, params["words"], case)]
    if told:
        return judged([])
    return judged([_why_not(page, case) for page in pages] or [Defect("absent")])


def _says_something(page: Page, words: int, case: Case) -> bool:
    below = (other for other in case.facts.pages if other.path.startswith(f"{page.path}/"))
    own = case.is_text(page, words)
    return own or any(case.is_text(other) for other in below if other.language == page.language)


def _why_not(page: Page, case: Case) -> Defect:
    return Defect("copied" if page.id in case.facts.copied else "short", page.id, page.language)


@check("filled", kind="", section="", fields=[""], words=1)
def filled(params: Params, case: Case) -> Verdict:
    """Whether every page of a kind has all of these fields, each with so many words.

    "text" is the page's own text, which must not be copied. Where there is no such page there is nothing to check.
    """
    pages = list(case.pages(params["kind"], params["section"]))
    if not pages:
        return unknown("none")
    return judged([defect for page in pages for defect in _empty(page, params, case)])


def _empty(page: Page, params: Params, case: Case) -> list[Defect]:
    lacking = [name for name in params["fields"] if name != TEXT and page.fields.get(name, 0) < max(1, params["words"])]
    if TEXT in params["fields"] and not case.is_text(page, max(params["words"], FEWEST_WORDS)):
        lacking.append(TEXT)
    return [Defect("empty", page.id, page.language, name) for name in lacking]
