"""Whether every language has what one of them has."""

from __future__ import annotations

from collections import defaultdict

from kopir.duties.checks.base import FEWEST_WORDS, Case, Defect, Params, Verdict, check, judged, unknown
from kopir.duties.facts import Page


@check("parity", kinds=[""], languages=[""], within_days=0)
def parity(params: Params, case: Case) -> Verdict:
    """Whether each content is there in each language, of all the site's or of `languages`.

    What is copied from another language, or older than its source, counts as lacking. Contents that were published
    within so many working days are left out; a content without a text of its own in any language is not counted.
    """
    languages = [code for code in params["languages"] if code] or list(case.facts.languages)
    if len(languages) < 2:
        return unknown("one_language")
    kinds = {kind for kind in params["kinds"] if kind}
    contents: dict[str, list[Page]] = defaultdict(list)
    for page in case.facts.pages:
        if not kinds or page.kind in kinds:
            contents[page.key].append(page)
    counted = [pages for pages in contents.values() if _counts(pages, params["within_days"], case)]
    if not counted:
        return unknown("none")
    return judged([defect for pages in counted for code in languages for defect in _lacks(pages, code, case)])


def _counts(pages: list[Page], within_days: int, case: Case) -> bool:
    if not any(case.is_text(page, FEWEST_WORDS) for page in pages):
        return False
    first = min(page.published_on for page in pages)
    return not within_days or case.working_days_since(first) > within_days


def _lacks(pages: list[Page], language: str, case: Case) -> list[Defect]:
    page = next((page for page in pages if page.language == language), None)
    if page is None:
        return [Defect("lacking", pages[0].id, language)]
    if page.id in case.facts.copied:
        return [Defect("copied", page.id, language)]
    if page.words < FEWEST_WORDS // 2:  # languages differ in how many words they need
        return [Defect("short", page.id, language)]
    return [Defect("behind", page.id, language)] if page.is_behind else []
