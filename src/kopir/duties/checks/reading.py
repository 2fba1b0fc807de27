"""Whether files can be read by everybody, and by programs."""

from __future__ import annotations

from kopir.duties.checks.base import Case, Defect, Params, Verdict, check, judged, unknown


@check("text_layer", kind="")
def text_layer(params: Params, case: Case) -> Verdict:
    """Whether each file that pages offer has a text: a scan is a picture that no program reads to the blind."""
    offered = [(page, name) for page in case.pages(params["kind"]) for name in page.files if name in case.facts.files]
    told = [(page, name, case.facts.files[name]) for page, name in offered]
    if scans := [Defect("scan", page.id, page.language) for page, _name, has_text in told if has_text is False]:
        return judged(scans)
    if not told:
        return unknown("none")
    return judged([]) if all(has_text for _page, _name, has_text in told) else unknown("unreadable")
