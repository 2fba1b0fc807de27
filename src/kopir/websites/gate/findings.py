"""What the gate may find: each with its sentence, and whether it stops a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MUST: Final[Mapping[str, str | Promise]] = {
    "alt_missing": _("A picture has no words that stand for it. Say what is to be seen, or that it only decorates."),
    "alt_empty": _("“{detail}” does not say what is to be seen on the picture. Describe it in a few words."),
    "heading_empty": _("A heading has no words. Write it, or take it away."),
    "heading_level": _("The heading “{detail}” stands below none of the level above. Make it a section."),
    "link_empty": _("A link has no words. Say where it leads, or take it away."),
    "link_words": _("A link says only “{detail}”. Say where it leads: readers hear links without the text around."),
    "link_bare": _("A link shows its address, “{detail}”. Say in words where it leads."),
    "table_head": _("A column of the table “{detail}” has no heading. Name every column."),
    "table_caption": _("A table does not say what it is about. Give it a caption."),
    "subtitles": _("The film “{detail}” has no subtitles. Add a file of subtitles (VTT)."),
    "shared_gone": _(
        "A shared text on this page is gone: who keeps it has withdrawn it. Choose another one, or take the block away."
    ),
    "contrast": _("A color of this site is too close to white for reading. Ask the administrator of the site."),
}
"""What has to be repaired before the page is shown, or has its reason written down."""
SHOULD: Final[Mapping[str, str | Promise]] = {
    "spacing": _("Empty paragraphs stand for space. Take them away: the design keeps the distance."),
    "bold_heading": _("“{detail}” looks like a heading and is none. Use a heading instead of bold letters."),
    "capitals": _("The title “{detail}” is in capitals. Write it as a sentence: capitals are hard to read."),
    "summary": _("The news has no summary. Write one or two sentences: they stand in lists and in search."),
    "card_target": _("The card “{detail}” leads nowhere. Choose a page or an address."),
}
"""What is told to who writes, and stops nothing."""
LONGEST_DETAIL: Final = 80


@dataclass(frozen=True)
class Finding:
    """One thing that was found: its code, and where: the id of a block, or the name of a field."""

    code: str
    where: str
    detail: str = ""

    @property
    def is_must(self) -> bool:
        """Whether it stops the page."""
        return self.code in MUST

    @property
    def message(self) -> str:
        """The sentence, in the language that is active."""
        detail = self.detail if len(self.detail) <= LONGEST_DETAIL else f"{self.detail[:LONGEST_DETAIL]}…"
        return str(MUST[self.code] if self.is_must else SHOULD[self.code]).format(detail=detail)


def findings_for_admin(page: Any) -> Sequence[Mapping[str, Any]]:  # noqa: ANN401 - any page of a website
    """What was found on a page or its draft, for the administration: code, message, where, is_must; the worst first."""
    from kopir.websites.gate.judging import judge

    found = sorted(judge(page), key=lambda finding: not finding.is_must)
    return [
        {"code": each.code, "message": each.message, "where": each.where, "is_must": each.is_must} for each in found
    ]
