"""The merge of three states: in the ordinary cases, then for any three states that can be."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kopir.upgrading.rules import (
    BLOCK,
    BLOCKS,
    MENU,
    ORDERS,
    PAGE,
    Choice,
    Conflict,
    Unit,
    join,
    merge,
    undo,
    unknown_base,
    weave,
)

ABOUT = {"title": "About", "a": "first", "b": "second"}


def site(**pages: dict[str, Any]) -> dict[Unit, Any]:
    """A state: for each page its title and its blocks, by one letter each, in their order. `home` is always there."""
    state: dict[Unit, Any] = {Unit("", "kk", PAGE): "home", Unit("", "kk", MENU): list(pages)}
    for key, parts in pages.items():
        state[Unit(key, "kk", PAGE)] = "section"
        blocks = [name for name in parts if len(name) == 1]
        state |= {Unit(key, "kk", BLOCK + name): parts[name] for name in blocks}
        state |= {Unit(key, "kk", name): value for name, value in parts.items() if len(name) > 1}
        state[Unit(key, "kk", BLOCKS)] = blocks
    return state


def unit(part: str, page: str = "about") -> Unit:
    return Unit(page, "kk", part)


def test_what_editors_left_alone_takes_what_the_template_gives():
    new = site(about={**ABOUT, "title": "About us", "a": "better"})
    merged = merge(site(about=ABOUT), site(about=ABOUT), new)
    assert merged.result == new
    assert merged.base == new
    assert not merged.conflicts
    assert {change.unit for change in merged.changes} == {unit("title"), unit("block:a")}


def test_what_editors_changed_stays_and_the_rest_of_the_page_is_renewed():
    base, new = site(about=ABOUT), site(about={**ABOUT, "b": "better"})
    merged = merge(base, site(about={**ABOUT, "a": "ours"}), new)
    assert merged.result == site(about={**ABOUT, "a": "ours", "b": "better"})
    assert not merged.conflicts


def test_what_both_changed_waits_and_is_decided_either_way():
    base, local, new = (site(about={**ABOUT, "a": text}) for text in ("first", "ours", "theirs"))
    waiting = merge(base, local, new)
    assert waiting.conflicts == [Conflict(unit("block:a"), "ours", "theirs")]
    assert (waiting.result, waiting.base) == (local, base)
    taken = merge(base, local, new, {unit("block:a"): Choice.TAKE})
    assert (taken.result, taken.base, taken.conflicts) == (new, new, [])
    kept = merge(base, local, new, {unit("block:a"): Choice.KEEP})
    assert (kept.result, kept.base, kept.conflicts) == (local, new, [])


def test_the_same_change_on_both_sides_is_none():
    changed = site(about={**ABOUT, "title": "About us"})
    assert not merge(site(about=ABOUT), changed, changed).conflicts


def test_blocks_come_and_go_on_both_sides():
    base = site(about={"a": "1", "b": "2", "c": "3"})
    local = site(about={"x": "own", "a": "1", "c": "3", "y": "own"})  # b removed, x and y their own
    new = site(about={"a": "1", "d": "new", "b": "2"})  # c removed, d added
    assert merge(base, local, new).result == site(about={"x": "own", "a": "1", "y": "own", "d": "new"})


def test_a_block_that_one_side_removes_and_the_other_changes_is_a_conflict():
    base, shorter = site(about={"a": "1", "b": "2"}), site(about={"a": "1"})
    changed = site(about={"a": "1", "b": "3"})
    assert merge(base, shorter, changed).conflicts == [Conflict(unit("block:b"), None, "3")]
    assert merge(base, changed, shorter).conflicts == [Conflict(unit("block:b"), "3", None)]
    assert merge(base, shorter, changed, {unit("block:b"): Choice.TAKE}).result == changed


def test_an_order_is_taken_kept_or_a_conflict():
    abc, bac, cab = (site(about=dict.fromkeys(order, "")) for order in ("abc", "bac", "cab"))
    assert merge(abc, abc, bac).result == bac
    assert merge(abc, bac, abc).result == bac
    merged = merge(abc, bac, cab)
    assert merged.conflicts == [Conflict(unit(BLOCKS), list("bac"), list("cab"))]
    assert merged.result == bac
    assert merge(abc, bac, cab, {unit(BLOCKS): Choice.TAKE}).result == cab


def test_the_order_of_the_menu_is_merged_with_pages_that_come():
    base, local = site(a={}, b={}), site(b={}, a={})
    assert merge(base, local, site(a={}, n={}, b={})).result[unit(MENU, "")] == ["b", "a", "n"]
    assert merge(base, base, site(n={}, b={}, a={})).result[unit(MENU, "")] == ["n", "b", "a"]


def test_a_page_that_editors_deleted_stays_deleted_with_what_would_stand_below():
    base, local = site(about=ABOUT, news={}), site(news={})
    new = site(about={**ABOUT, "title": "About us"}, news={}, staff={})
    merged = merge(base, local, new, parents={"staff": "about"})
    assert merged.result == local
    assert not merged.conflicts
    assert merge(base, local, new).result == site(news={}, staff={})


def test_a_page_that_the_template_gives_no_more_is_the_editors_own():
    base, new = site(about=ABOUT, news={}), site(news={})
    merged = merge(base, base, new)
    assert merged.result == base
    assert unit(PAGE) not in merged.base


def test_a_page_of_another_kind_is_left_alone():
    new = site(about=ABOUT) | {unit(PAGE): "contacts", unit("title"): "Contacts"}
    assert merge(site(about=ABOUT), site(about=ABOUT), new).result == site(about=ABOUT)


def test_where_nobody_knows_what_was_given_every_difference_is_a_conflict():
    new = site(about=ABOUT, news={})
    local = site(about={**ABOUT, "a": "ours", "x": "own"})
    merged = merge(unknown_base(new), local, new)
    assert [conflict.unit for conflict in merged.conflicts] == [unit("block:a"), unit(PAGE, "news")]
    assert merged.result == local
    everything = merge(merged.base, local, new, {conflict.unit: Choice.TAKE for conflict in merged.conflicts})
    assert everything.result == site(about={**ABOUT, "x": "own"}, news={})
    nothing = merge(merged.base, local, new, {conflict.unit: Choice.KEEP for conflict in merged.conflicts})
    assert (nothing.result, nothing.base) == (local, new)


def test_undo_leaves_what_was_edited_since_and_names_it():
    new = site(about={"title": "About us", "n": "new", "a": "better"}, news={}, jobs={"title": "Jobs"})
    base = site(about=ABOUT)
    merged = merge(base, base, new)
    edited = {**merged.result, unit("title"): "Ours", unit("title", "jobs"): "Ours"}
    undone = undo(edited, merged.changes, frozenset())
    assert undone.result[unit("title")] == "Ours"
    assert undone.result[unit(BLOCKS)] == ["a", "b"]
    assert set(undone.kept) == {unit("title"), unit(PAGE, "jobs")}
    assert unit(PAGE, "news") not in undone.result
    assert undone.result[unit(MENU, "")] == ["about", "jobs"]


def test_undo_puts_nothing_back_into_a_page_that_is_gone():
    base, new = site(about=ABOUT), site(about={"title": "About us", "a": "first"})  # b removed
    merged = merge(base, base, new)
    undone = undo(site(), merged.changes)
    assert (undone.result, undone.changes, undone.kept) == (site(), [], [])


def test_undo_leaves_a_page_below_which_others_stand():
    base, new = site(about=ABOUT), site(about=ABOUT, news={})
    merged = merge(base, base, new)
    undone = undo(merged.result, merged.changes, frozenset({("news", "kk")}))
    assert undone.kept == [unit(PAGE, "news")]
    assert undone.result == new


def test_what_one_side_alone_has_stands_behind_its_neighbor():
    assert weave("abc", "xaybz") == list("xaybzc")


# Any three states.

LETTERS = st.sampled_from("12")
TITLES = st.sampled_from(["t", "u", "v"])
BODIES = st.lists(st.sampled_from("abcd"), unique=True).flatmap(
    lambda names: st.tuples(st.just(names), st.lists(LETTERS, min_size=len(names), max_size=len(names)))
)


@st.composite
def pages(draw: st.DrawFn, own: str = "") -> dict[str, Any]:
    """A page; `own` are the names of blocks that only editors make."""
    names, texts = draw(BODIES)
    parts = dict(zip(names, texts, strict=True))
    order = draw(st.permutations([*names, *draw(st.lists(st.sampled_from(own), unique=True))])) if own else names
    return {"title": draw(TITLES), **{name: parts.get(name, "own") for name in order}}


def states(own: str = "") -> st.SearchStrategy[dict[Unit, Any]]:
    """A website with up to four pages, in any order."""
    keys = st.lists(st.sampled_from(["p", "q", "r", "s"]), unique=True)
    return keys.flatmap(lambda names: st.fixed_dictionaries({name: pages(own) for name in names})).map(
        lambda found: site(**found)
    )


CHOICES = st.dictionaries(
    st.builds(Unit, st.sampled_from(["p", "q"]), st.just("kk"), st.sampled_from(["title", BLOCKS, "block:a", PAGE])),
    st.sampled_from(Choice),
)
PARENTS = st.sampled_from([{}, {"q": "p"}, {"r": "q", "q": "p"}])
BASES = st.one_of(states(), st.none())


def known(base, new):
    return unknown_base(new) if base is None else base


@settings(max_examples=400)
@given(BASES, states("xy"), states())
@example(site(q={}, p={}), site(r={}, p={}, q={}, s={}), site(p={}, q={}, r={}))
def test_nothing_that_editors_changed_is_lost_without_a_decision(base, local, new):
    base = known(base, new)
    result = merge(base, local, new).result
    for each, value in local.items():
        if each.part in ORDERS:
            continue
        if value != base.get(each):
            assert result.get(each) == value
    for each in base.keys() - local.keys():
        assert each.part in ORDERS or each not in result, "what editors removed stays removed"
    for each in local:
        if each.part in ORDERS:
            common = set(local[each]) & set(base.get(each, ())) & set(new.get(each, ()))
            before, now, after = (
                [name for name in state.get(each, ()) if name in common] for state in (base, local, result)
            )
            stays = [name for name in result[each] if name in local[each]]
            if now != before:
                assert after == now
                assert stays == [name for name in local[each] if name in stays], "an order of theirs is theirs whole"


@settings(max_examples=300)
@given(states(), states())
def test_a_website_that_nobody_edited_becomes_what_the_template_gives(base, new):
    result = merge(base, base, new).result
    gone = {each.page for each in base} - {each.page for each in new}
    rest = {each: value for each, value in result.items() if each.page not in gone}
    rest[unit(MENU, "")] = [key for key in rest[unit(MENU, "")] if key not in gone]
    assert rest == new


@settings(max_examples=400)
@given(BASES, states("xy"), states(), CHOICES, PARENTS)
def test_applying_twice_is_applying_once(base, local, new, decisions, parents):
    first = merge(known(base, new), local, new, decisions, parents)
    again = merge(first.base, first.result, new, {}, parents)
    assert again.result == first.result
    assert again.base == first.base
    assert {each.unit for each in again.conflicts} == {each.unit for each in first.conflicts}


@settings(max_examples=400)
@given(BASES, states("xy"), states(), CHOICES, CHOICES)
def test_undo_takes_back_what_was_applied_in_one_run_and_in_two(base, local, new, decisions, later):
    first = merge(known(base, new), local, new, decisions)
    undone = undo(first.result, first.changes)
    assert (undone.result, undone.kept) == (local, [])
    second = merge(first.base, first.result, new, later)
    undone = undo(second.result, join(first.changes, second.changes))
    assert (undone.result, undone.kept) == (local, [])


@settings(max_examples=300)
@given(BASES, states("xy"), states(), CHOICES, states("xy"))
def test_undo_never_takes_what_was_edited_since(base, local, new, decisions, since):
    merged = merge(known(base, new), local, new, decisions)
    undone = undo(since, merged.changes)
    after = {change.unit: change.after for change in merged.changes}
    for each, value in since.items():
        if each.part not in ORDERS and value != after.get(each):
            assert undone.result.get(each) == value
