"""Conflicts in words."""

from __future__ import annotations

from kopir.upgrading.presenting import tell_conflict, tell_unit, token_of
from kopir.upgrading.queries import find_plan
from kopir.upgrading.rules import BLOCK, BLOCKS, MENU, PAGE, Conflict, Unit


def test_every_kind_of_unit_has_its_words(website):
    plan = find_plan(website)
    assert plan is not None
    (block,) = plan.standing.state[Unit("about", "ru", BLOCKS)]

    def tell(page, part, ours, theirs):
        line = tell_conflict(plan, Conflict(Unit(page, "ru", part), ours, theirs))
        return line.page, line.label, line.ours, line.theirs

    about = "О министерстве"
    assert tell("about", "title", "А", "Б") == (about, "Title", "А", "Б")
    assert tell("about", "show_in_menus", True, False)[2:] == ("yes", "no")
    value = {"type": "inset", "value": {"text": "<p>Раз</p><p>два</p>"}}
    assert tell("about", BLOCK + block, None, value) == (about, "A part of the text", "", "Раз  два")
    assert tell("about", BLOCKS, [block], [])[2:] == ("Здесь пишут, что мы делаем.", "")
    assert tell("", MENU, ["about", "news"], [])[1:3] == ("Order of the menu", "О министерстве, Новости")
    assert tell("about", PAGE, None, "SectionPage") == (about, "The page itself", "", about)
    assert tell_unit(plan, Unit("about", "ru", "title")) == "О министерстве (Русский): Title"


def test_other_texts_have_another_token():
    unit = Unit("about", "ru", "title")
    assert token_of(Conflict(unit, "a", "b")) == token_of(Conflict(unit, "a", "b"))
    assert len({token_of(Conflict(unit, *texts)) for texts in (("a", "b"), ("a", "c"), (None, "b"))}) == 3
