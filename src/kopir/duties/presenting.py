"""How a score is told: in which words a clause stands, what is wrong, and where it is repaired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kopir.bodies.models import Worded
from kopir.duties.checks import State
from kopir.duties.models import Score
from kopir.duties.packs import Clause, pack_from
from kopir.websites.models import HomePage, SitePage

STATES: Final[Mapping[str, tuple[str | Promise, str]]] = {
    State.PASSED: (_("kept"), "green"),
    State.FAILED: (_("not kept"), "red"),
    State.UNKNOWN: (_("cannot be checked"), "grey"),
}
"""The word and the color of a state."""
UNSURE: Final = (_("to be confirmed, not counted"), "yellow")
LEVELS: Final[Mapping[str, str | Promise]] = {"must": _("must be kept"), "should": _("should be kept")}
DEFECTS: Final[Mapping[str, str | Promise]] = {
    "absent": _("It is not there, or nobody can see it."),
    "short": _("It says too little."),
    "copied": _("Its text is copied from elsewhere, or came with the template."),
    "too_few": _("There are too few of them: {detail}."),
    "empty": _("The field “{detail}” is empty."),
    "lacking": _("It is lacking in this language: {language}."),
    "behind": _("The translation is older than its source: {language}."),
    "old": _("The newest is of {detail}."),
    "expired": _("It was renewed last on {detail}."),
    "far": _("It takes too many clicks to get there."),
    "dead": _("The address does not answer: {detail}."),
    "scan": _("The file is a scan without text."),
    "none": _("There is nothing of this kind to check."),
    "one_language": _("There is one language only."),
    "not_walked": _("Its links were not followed to the end."),
    "not_asked": _("The addresses were not asked yet."),
    "unreadable": _("A file could not be read by the program."),
    "not_due": _("The website is new: this is not due yet."),
    "no_calendar": _("The calendar of working days does not cover these days."),
}
"""By the code of a defect, or of the reason why something cannot be checked."""
_FIELDS: Final = {"text": "body"}
"""Fields of pages that facts call otherwise."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: in words, on which page ("" for the whole website), and where to repair it."""

    sentence: str
    title: str = ""
    address: str = ""


@dataclass(frozen=True)
class Line:
    """A clause as a page shows it."""

    code: str
    text: Worded
    source: Worded
    place: str
    link: str
    level: str | Promise
    state: str | Promise
    color: str
    faults: Sequence[Fault] = field(default_factory=tuple)
    count: int = 0

    @property
    def more(self) -> int:
        """How many faults are not told one by one."""
        return self.count - len(self.faults)


def list_lines(score: Score, *, with_faults: bool = False) -> list[Line]:
    """The clauses of a score in the order of its pack; with what is wrong only for who may see it."""
    pack = pack_from(score.pack.content)
    repairing = _Repairing(score) if with_faults else None
    return [
        _line(clause, pack.sources[clause.source], score.results[clause.code], repairing) for clause in pack.clauses
    ]


def _line(clause: Clause, source: Any, result: Mapping[str, Any], repairing: _Repairing | None) -> Line:  # noqa: ANN401
    state, color = STATES[result["state"]]
    faults = tuple(repairing.faults_of(result)) if repairing else ()
    if clause.is_unsure:
        state, color = UNSURE
    return Line(
        code=clause.code,
        text=Worded.of(clause.texts),
        source=Worded.of(source.names),
        place=clause.place,
        link=source.link,
        level=LEVELS[clause.level],
        state=state,
        color=color,
        faults=faults,
        count=int(result["count"]) if repairing else 0,
    )


class _Repairing:
    """Where what is wrong with a website is repaired: titles of its pages, and their addresses below `/edit/`."""

    def __init__(self, score: Score) -> None:
        ids = {defect["page"] for result in score.results.values() for defect in result["defects"]}
        found = SitePage.objects.of(score.website).filter(pk__in=ids - {None})
        rows = list(found.values_list("pk", "title", "content_type"))
        self._titles = {pk: title for pk, title, _type in rows}
        self._types = {pk: ContentType.objects.get_for_id(type_id).model_class() for pk, _title, type_id in rows}
        self._home = HomePage.objects.filter(website=score.website).order_by("pk").values_list("pk", flat=True).first()
        self._languages = dict(settings.LANGUAGES)

    def faults_of(self, result: Mapping[str, Any]) -> Iterable[Fault]:
        """The defects in words; a page that is gone since is not named, and what cannot be checked not repaired."""
        is_failed = result["state"] == State.FAILED
        for defect in result["defects"]:
            language = str(self._languages.get(defect["language"], defect["language"]))
            detail = self._name_of(defect)
            sentence = str(DEFECTS[defect["what"]]).format(detail=detail, language=language)
            title = self._titles.get(defect["page"], "")
            yield Fault(sentence, title, self._address(defect["page"] if title else None) if is_failed else "")

    def _name_of(self, defect: Mapping[str, Any]) -> str:
        """What is wrong; of a field its name as editors read it."""
        model = self._types.get(defect["page"]) if defect["what"] == "empty" else None
        try:
            field = model._meta.get_field(_FIELDS.get(defect["detail"], defect["detail"])) if model else None  # noqa: SLF001 - Django's own way
            return str(getattr(field, "verbose_name", defect["detail"]))
        except FieldDoesNotExist:
            return str(defect["detail"])

    def _address(self, page: int | None) -> str:
        if page is not None:
            return reverse("wagtailadmin_pages:edit", args=[page])
        return reverse("wagtailadmin_explore", args=[self._home]) if self._home else ""
