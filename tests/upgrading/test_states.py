"""States: from templates, into the database and back, and equal whoever wrote them."""

from __future__ import annotations

from kopir.upgrading.rules import BLOCKS, MENU, PAGE, UNKNOWN, Change, Unit
from kopir.upgrading.states import (
    blocks_of,
    differences,
    normal,
    override,
    pack,
    pack_changes,
    state_of,
    unpack,
    unpack_changes,
)
from kopir.websites.template_queries import list_given

HOME, ABOUT = Unit("", "ru", PAGE), Unit("about", "ru", "title")


def test_a_template_as_units(kz, template):
    state = state_of(list_given(template))
    assert state[Unit("about", "kk", "title")] == "Министрлік туралы"
    assert state[Unit("about/head", "kk", PAGE)] == "PersonPage"
    assert state[Unit("", "kk", MENU)] == ["news", "about", "contacts"]
    assert len(state[Unit("about", "kk", BLOCKS)]) == 1
    assert state[Unit("news", "kk", BLOCKS)] == []
    assert Unit("about/head", "kk", BLOCKS) not in state
    assert Unit("", "kk", "title") not in state, "the name of the body"


def test_what_is_kept_comes_out_as_it_was():
    state = {HOME: "HomePage", ABOUT: "О нас", Unit("", "ru", MENU): [], Unit("news", "ru", "title"): UNKNOWN}
    assert unpack(pack(state)) == state
    assert unpack(pack(state))[Unit("news", "ru", "title")] is UNKNOWN
    changes = [Change(ABOUT, None, "О нас"), Change(HOME, False, True)]
    assert unpack_changes(pack_changes(changes)) == changes


def test_what_differs_is_put_back():
    state, other = {HOME: 1, ABOUT: 2}, {HOME: 1, Unit("x", "ru", "title"): UNKNOWN}
    kept = differences(state, other)
    assert HOME.part not in kept.get("", {}).get("ru", {})
    assert override(state, kept) == other


def test_what_editors_tools_write_is_what_the_template_wrote():
    assert normal({"text": ['<p data-block-key="a1b2c">He says "no"</p>\r\n']}) == {
        "text": ["<p>He says &quot;no&quot;</p>".replace("&quot;", '"')]
    }
    assert normal("<p>Don&#x27;t</p>") == normal("<p data-block-key='x'>Don't</p>".replace("'x'", '"x"'))
    assert normal("<p>one</p>") != normal("<p>two</p>")
    assert normal(6) == 6


def test_a_block_without_an_id_is_called_by_its_number():
    units = blocks_of(("about", "ru"), [{"type": "paragraph", "value": "a"}, {"type": "quote", "value": {}, "id": "q"}])
    assert units[Unit("about", "ru", BLOCKS)] == ["0", "q"]
