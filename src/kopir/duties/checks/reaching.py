"""Whether readers come where they want: by links within the site, and by links that lead out of it."""

from __future__ import annotations

from kopir.duties.checks.base import Case, Defect, Params, Verdict, check, judged, unknown


@check("reachable", kinds=["section", "contacts"], clicks=3)
def reachable(params: Params, case: Case) -> Verdict:
    """Whether each page of these kinds is at most so many clicks from its home page, on the pages as they are shown."""
    kinds = set(params["kinds"])
    walked = set(case.facts.walked)
    if not walked.issuperset(case.facts.languages):
        return unknown("not_walked")
    far = [
        Defect("far", page.id, page.language, "" if page.clicks is None else str(page.clicks))
        for page in case.facts.pages
        if page.kind in kinds and (page.clicks is None or page.clicks > params["clicks"])
    ]
    return judged(far)


@check("links", most_dead=0)
def links(params: Params, case: Case) -> Verdict:
    """Whether the addresses elsewhere to which pages lead answer, all but `most_dead` of them."""
    told = {address: kept for address, kept in case.facts.links.items() if kept[0] is not None}
    if not told:
        return unknown("not_asked")
    dead = [
        Defect("dead", pages[0] if pages else None, detail=address)
        for address, (alive, pages) in sorted(told.items())
        if not alive
    ]
    return judged(dead if len(dead) > params["most_dead"] else [])
