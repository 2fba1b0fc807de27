"""The tags: what they show for the values they get, and that nothing gets through unescaped."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.forms import CharField, Form
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils.translation import override
from lxml import html

from kopir.design.page import Choice

HOSTILE = '"><script>alert(1)</script>'


def show(source, **context):
    with override("en"):
        return Template("{% load design %}" + source).render(Context(context))


def tree(source, **context):
    return html.fromstring(f"<div>{show(source, **context)}</div>")


@pytest.mark.parametrize(
    "source",
    [
        "{% button words %}",
        "{% button words address=words name=words value=words %}",
        "{% tag words %}",
        "{% notice words name=words %}{{ words }}{% endnotice %}",
        "{% inset %}{{ words }}{% endinset %}",
        "{% warning words %}",
        "{% details words %}{{ words }}{% enddetails %}",
        "{% panel words %}{{ words }}{% endpanel %}",
        "{% phase words %}{{ words }}{% endphase %}",
        "{% banner words words words words %}",
        "{% back_link words words %}",
        "{% breadcrumbs items %}",
        "{% summary_list items %}",
        "{% table rows.0 rows words %}",
        "{% tasks items name=words %}",
        "{% tabs items words %}",
        "{% search words words name=words value=words %}",
        "{% card words words words %}",
        "{% news_card words words day text=words image=image %}",
        "{% person_card words words words phone=words email=words portrait=image %}",
        "{% document words words kind=words number=words signed_on=day signatory=words files=items %}",
        "{% picture image.source words 1 1 %}",
    ],
)
def test_nothing_gets_through_unescaped(source):
    item = dict.fromkeys(("text", "address", "key", "value", "action", "status", "hint", "format"), HOSTILE)
    image = {"source": f"/media/{HOSTILE}", "alt": HOSTILE, "width": 1, "height": 1}
    context = {"words": HOSTILE, "items": [{**item, "size_bytes": 1}], "rows": [[HOSTILE, HOSTILE]], "image": image}
    shown = show(source, **context, day=date(2026, 3, 27))
    assert "<script" not in shown
    assert "&lt;script" in shown


def test_a_button_sends_and_a_link_leads():
    assert tree("{% button 'Send' name='a' value='b' %}").find("button").attrib["type"] == "submit"
    link = tree("{% button 'Go' address='/kk/' kind='secondary' %}").find("a")
    assert (link.get("href"), link.get("class")) == ("/kk/", "govuk-button govuk-button--secondary")
    assert tree("{% button 'No' is_disabled=True %}").find("button").get("disabled") is not None


@pytest.mark.parametrize("source", ["{% button 'a' kind='green' %}", "{% tag 'a' 'pink' %}", "{% icon 'crown' %}"])
def test_kinds_that_do_not_exist_are_refused(source):
    with pytest.raises(KeyError):
        show(source)


@pytest.mark.parametrize("source", ["{% button 'a' size='big' %}", "{% person_card 'a' 'b' age=3 %}"])
def test_values_that_a_tag_does_not_take_are_refused(source):
    with pytest.raises((TypeError, TemplateSyntaxError)):
        show(source)


def test_pages_keep_what_else_the_address_asks_for():
    request = RequestFactory().get("/?region=11&page=2")
    links = tree("{% pagination page %}", page=Paginator(range(50), 10).page(2), request=request).iter("a")
    assert [link.get("href") for link in links] == [f"?region=11&page={number}" for number in (1, 1, 2, 3, 4, 5, 3)]


def test_one_page_has_no_pages():
    assert not show("{% pagination page %}", page=Paginator(range(5), 10).page(1)).strip()


def test_an_untouched_form_has_no_faults_on_top():
    class One(Form):
        name = CharField(label="Name")

    assert not show("{% error_summary form %}", form=One()).strip()
    assert "#id_name" in show("{% error_summary form %}", form=One({}))


def test_columns_of_numbers_are_flush_right():
    cells = tree("{% table head rows 'About' numbers %}", head=["a", "b"], rows=[["c", "1"]], numbers=[2])
    assert [cell.get("class") for cell in cells.iter("td")] == ["govuk-table__cell govuk-table__cell--numeric"]
    assert [cell.get("scope") for cell in cells.iter("th")] == ["col", "col", "row"]


def test_a_table_can_be_scrolled_by_keyboard():
    box = tree("{% table head rows 'About' %}", head=["a"], rows=[["b"]])[0]
    assert (box.get("tabindex"), box.get("role"), box.get("aria-label")) == ("0", "region", "About")


def test_a_picture_is_lazy_and_has_a_gate_for_who_has_no_javascript():
    shown = tree("{% picture '/media/a.png' 'A bridge' 640 360 %}")
    picture = shown.find(".//img")
    assert (picture.get("loading"), picture.get("alt")) == ("lazy", "A bridge")
    source = shown.find(".//source")
    assert (source.get("media"), source.get("srcset")) == ("(scripting: none)", "/low-vision/picture/media/a.png")
    assert shown.find_class("design-picture__words")[0].text == "A bridge"


def test_a_picture_that_says_nothing_leaves_no_words():
    assert not tree("{% picture '/media/a.png' '' 1 1 %}").find_class("design-picture__words")


def test_the_language_switch_marks_where_one_is():
    request = RequestFactory().get("/en/low-vision/")
    scripts = [Choice("kk-Cyrl", "Кирилл", "/kk/", is_current=True), Choice("kk-Latn", "Latyn", "/kk-latn/")]
    languages, alphabets = tree(
        "{% language_switch %}", request=request, languages=[("kk", "Қазақша"), ("en", "English")], scripts=scripts
    ).iter("nav")
    assert [link.get("href") for link in languages.iter("a")] == ["/kk/low-vision/"]
    assert languages.xpath(".//*[@aria-current]")[0].text == "English"
    assert [link.get("lang") for link in alphabets.iter("a")] == ["kk-Latn"]


def test_the_colors_are_those_of_the_body():
    body = SimpleNamespace(colors={"brand": "#0f5c3f"})
    assert "/design/theme-0f5c3f-" in show("{% theme_style %}", body=body)
    assert show("{% theme_style %}") == ""


def test_the_way_to_low_vision_knows_the_way_back():
    request = RequestFactory().get("/en/news/?page=2")
    link = tree("{% low_vision_link %}", request=request).find("a")
    assert link.get("href") == "/en/low-vision/?next=%2Fen%2Fnews%2F%3Fpage%3D2"


def test_who_is_at_the_choices_already_goes_back_from_there_to_where_they_came_from():
    ask, link = RequestFactory(), "{% low_vision_link %}"
    address = "/en/low-vision/?next=%2Fen%2Fnews%2F"
    for request in (ask.get(address), ask.post("/en/low-vision/", {"next": "/en/news/", "size": "wrong"})):
        assert tree(link, request=request).find("a").get("href") == address, "no way within a way"
    assert tree(link, request=ask.get("/en/low-vision/")).find("a").get("href") == "/en/low-vision/"


def test_a_link_to_another_host_goes_through_the_crossing():
    assert show("{% host_link '/kk/' %}") == "/kk/"
    assert show("{% host_link 'http://su.bodies.localhost/' %}").startswith("/low-vision/cross/?to=http%3A%2F%2Fsu.")


def test_a_day_is_written_in_words():
    assert show("{{ day|day }}", day=date(2026, 3, 27)) == "27 March 2026"
