"""Each block: what it shows, what it refuses, and that nothing of its HTML keeps a reader out."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from kopir.websites.blocks import Content, Front
from kopir.websites.blocks.cleaning import LIMIT_DEPTH, clean_html
from kopir.websites.blocks.tables import read_table
from kopir.websites.blocks.text import FEATURES
from kopir.websites.gate import judge
from kopir.websites.models import NewsPage
from kopir.websites.queries import get_home
from kopir.websites.renditions import make_renditions
from sitemedia import listed, put_file, put_picture

TABLE = "Облыс\tХалқы\tҮлесі\nАлматы\t1 500 300\t12,5 %\nТүркістан\t2 100 000\t—\n"
SAMPLES: dict[str, Any] = {
    "heading": {"text": "Бөлім", "level": "2"},
    "paragraph": "<p>Мәтін <b>қалың</b> <a href='https://x.example/'>сілтемесімен</a></p>",
    "inset": {"text": "<p>Маңызды</p>"},
    "quote": {"text": "Су — өмір.", "source": "Мақал"},
    "questions": listed({"question": "Қашан?", "answer": "<p>Ертең</p>"}),
    "cards": listed({"title": "Әділет", "text": "Заңдар", "page": None, "address": "https://x.example/"}),
    "table": {"caption": "Облыстар халқы", "cells": TABLE, "source": "Бюро"},
    "steps": listed({"title": "Өтініш жазыңыз", "text": "<p>Қолмен</p>"}, {"title": "Жіберіңіз", "text": ""}),
    "facts": listed({"key": "Құрылған жылы", "value": "1992"}),
    "numbers": listed({"number": "20", "text": "облыс"}, {"number": "12 %", "text": "өсім"}),
    "contact": {"name": "Кеңсе", "address": "Астана", "phone": "+7 7172 74 00 00", "email": "a@x.example", "hours": ""},
    "service": {
        "title": "Анықтама",
        "text": "Бес күнде",
        "button": "Анықтама алу",
        "address": "https://x.example/",
        "page": None,
    },
    "video": {"title": "Көпір", "address": "https://x.example/", "text": "<p>Сөз</p>"},
}
WITH_MEDIA = {"picture", "files", "news"}


class Outline(HTMLParser):
    """What a program that reads pages aloud would stumble over."""

    def __init__(self, html):
        super().__init__()
        self.faults, self.ids, self.tags = [], set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        if tag in {"script", "style", "iframe", "font"} or any(name == "style" or name[:2] == "on" for name in given):
            self.faults.append(f"inline: {tag}")
        if tag == "img" and "alt" not in given:
            self.faults.append("img without alt")
        if tag == "th" and given.get("scope") not in {"row", "col"}:
            self.faults.append("th without scope")
        if tag == "a" and not given.get("href"):
            self.faults.append("a without href")
        if "id" in given and given["id"] in self.ids:
            self.faults.append(f"twice: {given['id']}")
        self.ids.add(given.get("id"))


def render(*body, family=Front):
    """The HTML of blocks, as a page shows them."""
    stream = family().to_python([{"type": kind, "value": value, "id": kind} for kind, value in body])
    return "".join(block.render({}) for block in stream)


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_a_block_shows_what_it_holds_and_keeps_nobody_out(kind):
    html = render((kind, SAMPLES[kind]))
    outline = Outline(html)
    assert outline.faults == []
    words = re.findall(r"(?<!\\)\b[А-Яа-яӘәҢңҒғҚқӨөІіҰұҮү]{3,}", json.dumps(SAMPLES[kind], ensure_ascii=False))
    assert words
    assert [word for word in words if word not in html] == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_a_block_is_taken_as_it_is_shown(kind):
    block = Front().child_blocks[kind]
    value = block.to_python(SAMPLES[kind])
    assert block.clean(value) is not None
    assert judge(NewsPage(title="x", summary="y", body=[{"type": kind, "value": SAMPLES[kind]}])) == []


def test_every_block_is_shown_here():
    assert set(Front().child_blocks) == set(SAMPLES) | WITH_MEDIA | {"shared"}, "shared texts: test_sharing"
    assert set(Content().child_blocks) == set(Front().child_blocks) - {"news"}


def test_what_somebody_writes_is_escaped():
    attack = "<script>alert(1)</script>"
    table = {"caption": attack, "cells": f"{attack};b\n{attack};d", "source": attack}
    for kind, value in {
        "heading": {"text": attack, "level": "2"},
        "table": table,
        "facts": listed({"key": attack, "value": attack}),
        "numbers": listed({"number": attack, "text": attack}),
        "contact": {"name": attack, "address": attack, "phone": attack, "email": "", "hours": attack},
        "steps": listed({"title": attack, "text": ""}),
        "video": {"title": attack, "address": "https://x.example/", "text": ""},
    }.items():
        assert "<script" not in render((kind, value)), kind


def test_a_table_is_read_as_it_is_copied():
    table = read_table(TABLE)
    assert table.head == ("Облыс", "Халқы", "Үлесі")
    assert table.rows[1] == ("Түркістан", "2 100 000", "—")
    assert table.numbers == {2, 3}
    assert read_table("a; b\n1;2;3\n\n").rows == (("1", "2", "3"),)
    assert read_table("") == read_table(" \n ")


@pytest.mark.parametrize(
    "cells",
    [
        "",
        "a;b",
        "a\n1\n2",
        ";b\n1;2",
        "a;b\n1",
        "a;b\n1;2;3",
        ";".join("abcdefghijklmnopqrstuv") + "\n" + "1;" * 21 + "1",
    ],
)
def test_a_table_without_names_of_columns_is_refused(cells):
    block = Front().child_blocks["table"]
    with pytest.raises(ValidationError):
        block.clean(block.to_python({"caption": "x", "cells": cells}))


def test_the_gate_reads_tables_and_films(education, system, now):
    film = put_file(education, system, now, name="a.mp4", content=b"\0\0\0\x18ftypisom")

    def codes(kind, value):
        page = NewsPage(title="x", summary="y", body=[{"type": kind, "value": value}])
        return [finding.code for finding in judge(page)]

    assert codes("table", {"caption": " ", "cells": TABLE}) == ["table_caption"]
    assert codes("table", {"caption": "x", "cells": "a;;c\n1;2;3"}) == ["table_head"]
    assert codes("video", {"title": "x", "file": film.pk, "text": ""}) == ["subtitles"]
    assert codes("service", {**SAMPLES["service"], "button": "Толығырақ"}) == ["link_words"]
    link = '<a href="https://x.example/">мында</a>'
    assert codes("steps", listed({"title": "x", "text": f"<p>{link}</p>"})) == ["link_words"]


def test_a_film_needs_subtitles_and_the_right_files(education, system, now):
    film = put_file(education, system, now, name="a.mp4", content=b"\0\0\0\x18ftypisom")
    words = put_file(education, system, now, name="a.vtt", content=b"WEBVTT\n")
    block = Front().child_blocks["video"]

    def clean(**value):
        return block.clean(block.to_python({"title": "Көпір", "text": "", **value}))

    html = render(("video", {"title": "Көпір", "text": "", "file": film.pk, "subtitles": words.pk}))
    assert clean(file=film.pk, subtitles=words.pk)
    assert f'<source src="{film.url}" type="video/mp4">' in html
    assert f'<track kind="captions" src="{words.url}"' in html
    assert Outline(html).faults == []
    for wrong in (
        {"file": film.pk},
        {},
        {"file": words.pk, "subtitles": words.pk},
        {"file": film.pk, "subtitles": film.pk},
    ):
        with pytest.raises(ValidationError):
            clean(**wrong)


def test_a_contact_and_a_service_lead_somewhere():
    for kind, ways in (("contact", ("address", "phone", "email")), ("service", ("address",))):
        block = Front().child_blocks[kind]
        with pytest.raises(ValidationError):
            block.clean(block.to_python({**SAMPLES[kind], **dict.fromkeys(ways, "")}))


def test_pictures_and_pages_of_many_blocks_are_few_queries(education, system, now, django_assert_num_queries):
    image, home = put_picture(education, system, now), get_home(education, "kk")
    make_renditions(image)
    picture = {"image": image.pk, "text": "Көпір", "caption": "Жаңа", "is_decoration": False}
    cards = listed(*({"title": f"{number}", "page": home.pk, "text": "", "address": ""} for number in range(6)))
    with django_assert_num_queries(3):
        html = render(("picture", picture), ("picture", picture), ("cards", cards), ("picture", picture))
    assert html.count("<img") == 3
    assert html.count("/kk/ministry-of-education/") == 6
    assert Outline(html).faults == []


def test_files_are_offered_with_kind_and_size(education, system, now):
    html = render(("files", listed(put_file(education, system, now).pk, 999)))
    assert "Бұйрық № 12" in html
    assert "PDF" in html
    assert Outline(html).faults == []


WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15"><style><!-- p.MsoNormal {margin:0cm; font-size:11pt;} --></style>
<!--[if gte mso 9]><xml><o:OfficeDocumentSettings/></xml><![endif]--></head><body lang=KK style='tab-interval:35.4pt'>
<!--StartFragment-->
<h1 style='text-align:center'><span style='font-size:14.0pt;font-family:"Times New Roman"'>Өкім<o:p></o:p></span></h1>
<p class=MsoNormal style='text-align:justify'><b style='mso-bidi-font-weight:normal'><span lang=KK
style='font-size:14.0pt;color:red'>Мақсаты:</span></b><span lang=KK>&nbsp;«Су» бағдарламасы — 2026–2030 жылдарға
арналған.<o:p></o:p></span></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;
</span></span></span><![endif]>бірінші<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>
&nbsp;</span></span>екінші</p>
<p class=MsoNormal><font face="Arial" size=4 color="#FF0000">Толығы: <a href="https://adilet.zan.kz/kaz"
style='mso-comment:1' target=_blank onclick="steal()">«Әділет» жүйесінде</a></font><script>alert(1)</script>
<a href="javascript:alert(1)">қақпан</a><img src="file:///C:/a/1.png"></p>
<!--EndFragment--></body></html>"""


def test_a_text_from_word_becomes_clean_text():
    text = clean_html(WORD)
    assert text == (
        "<p>Өкім</p><p><b>Мақсаты:</b> «Су» бағдарламасы — 2026–2030 жылдарға арналған.</p>"
        "<ul><li>бірінші</li><li>екінші</li></ul>"
        '<p>Толығы: <a href="https://adilet.zan.kz/kaz">«Әділет» жүйесінде</a> <a>қақпан</a></p>'
    )
    assert clean_html(text) == text


def test_numbers_of_a_list_from_word_become_a_list():
    mark = "<span style='mso-list:Ignore'>{}.<span>&nbsp; </span></span>"
    one = "<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'>" + mark + "{}</p>"
    assert clean_html(one.format(1, "аз") + one.format(2, "көп")) == "<ol><li>аз</li><li>көп</li></ol>"


def test_what_the_editor_sends_holds_nothing_but_what_is_allowed():
    """The editor pastes Word's HTML into its own structure; what the server makes of that has our tags alone."""
    converter = ContentstateConverter(features=FEATURES)
    pasted = WORD.partition("<!--StartFragment-->")[2].partition("<!--EndFragment-->")[0].replace('1.png">', '1.png"/>')
    html = converter.to_database_format(converter.from_database_format(pasted))
    tags = set(Outline(html).tags)
    assert tags <= {"p", "b", "i", "ul", "ol", "li", "a", "br"}
    assert not re.search(r"style=|class=|mso|<o:|font|onclick|javascript:|<script|<img", html)
    assert "«Су» бағдарламасы — 2026–2030" in html


def test_what_a_forged_form_sends_holds_nothing_but_what_is_allowed():
    state = {
        "blocks": [
            {
                "key": "a",
                "type": "header-two",
                "text": "Мәтін мен сілтеме <script>alert(1)</script>",
                "depth": 0,
                "inlineStyleRanges": [
                    {"offset": 0, "length": 5, "style": "BOLD"},
                    {"offset": 6, "length": 3, "style": "HIGHLIGHT"},
                ],
                "entityRanges": [{"key": 0, "offset": 10, "length": 7}],
            },
            {
                "key": "b",
                "type": "atomic",
                "text": " ",
                "depth": 0,
                "inlineStyleRanges": [],
                "entityRanges": [{"key": 1, "offset": 0, "length": 1}],
            },
        ],
        "entityMap": {
            "0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "javascript:alert(1)"}},
            "1": {"type": "EMBED", "mutability": "IMMUTABLE", "data": {"url": "https://frames.example/"}},
        },
    }
    html = ContentstateConverter(features=FEATURES).to_database_format(json.dumps(state))
    assert "javascript:" not in html
    assert "<script" not in html
    assert "frames.example" not in html
    assert set(Outline(html).tags) <= {"p", "b", "i", "ul", "ol", "li", "a", "br"}


def test_text_nested_too_deep_keeps_its_words():
    deep = "<b>" * 200 + 'a<br><a href="https://x.example/?a>b">c</a>' + "</b>" * 200
    clean = clean_html(f"<p>{deep}</p><p><i>d</i></p>")
    assert clean.count("<b>") == clean.count("</b>") == LIMIT_DEPTH - 1
    assert "a<br>c</b>" in clean
    assert clean.endswith("<p><i>d</i></p>")
    assert clean_html(deep.replace("a<br>", "").replace(">c<", "><")) == ""


@pytest.mark.parametrize("start", ["<!--", "<![", "<p ", "<p mso-list:", "<p mso-list:>", "<em ", "<strong ", "<div "])
def test_a_megabyte_of_starts_without_an_end_is_read_once(start):
    """Looked through to its end for each of them, it takes from ten minutes to days."""
    text = clean_html("<p>Сөз</p>" + start * (2**20 // len(start)))
    assert text == "<p>Сөз</p>"


def test_what_has_its_end_is_taken_out_and_the_words_around_stay():
    assert clean_html("a<!-- b > <!-- c -->e<![if !x]>f<![endif]>g<![CDATA[h>i]]>j<![k>l") == "aefgjl"
    listed = "<P style='mso-list:l0'>1. a</P><p>b</p><p class=x style='mso-list:l0'>· c</p>d<p style='mso-list:l0'>e"
    assert clean_html(listed) == "<ol><li>a</li></ol><p>b</p><ul><li>c</li></ul>d<p>e</p>"
