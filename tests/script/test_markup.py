"""Pages: what is converted in them, and that nothing else changes by a byte."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kopir.script import Converter

KAZAKH = Converter("kk", "Latn")
UZBEK = Converter("uz", "Cyrl", {"brend": "<Б&Б>\"'"})

PAGE = """<!DOCTYPE html>
<html lang="kk" class="govuk-template">
<head><meta charset="utf-8"><title>Әділет министрлігі &mdash; өтініш</title>
<link rel="stylesheet" href="/static/құжат.css"><style>.аты { color: red }</style>
<meta name="description" content="сипаттама"></head>
<body id="бас" data-аты="аты">
<!-- түсініктеме --><?өңдеу аты?>
<h1 title='Басты бет' id=аты>Өтініш <em>беру</em></h1>
<p>Пошта: a@gov.kz, сайт: https://egov.kz/аты &amp; <a href="/kk/құжат/?q=аты" aria-label="Құжат">құжат</a>
<img alt=Сурет src="сурет.png" loading=lazy><br/>
<input name="аты" placeholder="Аты-жөні" value="Абай" title="Аты">
<textarea placeholder="Мәтін">Абай <b>айтты</b></textarea>
<code>аты = 1</code><pre>аты</pre><kbd>аты</kbd><samp>аты</samp><var>аты</var>
<script>const аты = "</b>аты"</script>
<span translate="no">Абай <b>айтты</b></span><b class="a notranslate">Абай</b>
<q lang="ru" title="тут">по-русски <i lang="kk">қазақша</i></q>
<bdi lang="kk-Latn">Abai Абай</bdi></body></html>
"""
CONVERTED = """<!DOCTYPE html>
<html lang="kk-Latn" class="govuk-template">
<head><meta charset="utf-8"><title>Ädılet ministrlıgı &mdash; ötınış</title>
<link rel="stylesheet" href="/static/құжат.css"><style>.аты { color: red }</style>
<meta name="description" content="сипаттама"></head>
<body id="бас" data-аты="аты">
<!-- түсініктеме --><?өңдеу аты?>
<h1 title='Basty bet' id=аты>Ötınış <em>beru</em></h1>
<p>Poşta: a@gov.kz, sait: https://egov.kz/аты &amp; <a href="/kk/құжат/?q=аты" aria-label="Qūjat">qūjat</a>
<img alt="Suret" src="сурет.png" loading=lazy><br/>
<input name="аты" placeholder="Aty-jönı" value="Абай" title="Aty">
<textarea placeholder="Mätın">Абай <b>айтты</b></textarea>
<code>аты = 1</code><pre>аты</pre><kbd>аты</kbd><samp>аты</samp><var>аты</var>
<script>const аты = "</b>аты"</script>
<span translate="no">Абай <b>айтты</b></span><b class="a notranslate">Абай</b>
<q lang="ru" title="тут">по-русски <i lang="kk-Latn">qazaqşa</i></q>
<bdi lang="kk-Latn">Abai Абай</bdi></body></html>
"""


def test_a_page():
    assert KAZAKH.convert_html(PAGE) == CONVERTED


def test_a_converted_page_stays_as_it_is():
    assert KAZAKH.convert_html(CONVERTED) == CONVERTED


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<html><p>бет", '<html lang="kk-Latn"><p>bet'),
        ("<HTML CLASS=a><p>бет", '<HTML lang="kk-Latn" CLASS=a><p>bet'),
        ("<html lang='kk-KZ'>бет", "<html lang='kk-Latn'>bet"),
        ("<html lang=kk>бет", '<html lang="kk-Latn">bet'),
        ("<html xml:lang='kk_Cyrl'>бет", "<html xml:lang='kk-Latn'>bet"),
        ('<html lang="ru">бет', '<html lang="ru">бет'),
        ('<html lang="">бет', '<html lang="">бет'),
        ("<html lang>бет", "<html lang>бет"),
        ('<html translate="no" lang="kk">бет', '<html translate="no" lang="kk">бет'),
        ('<p lang="kkx">бет', '<p lang="kkx">бет'),
        ("бет", "bet"),
        ("", ""),
    ],
)
def test_the_language_of_a_page(page, expected):
    assert KAZAKH.convert_html(page) == expected


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (
            '<p translate="no">бет <b translate="yes">бет</b></p>бет',
            '<p translate="no">бет <b translate="yes">bet</b></p>bet',
        ),
        ("<p translate=no title=бет>бет", "<p translate=no title=бет>бет"),
        ("<p translate>бет", "<p translate>bet"),
        ("<p lang=ru>бет<p>бет", "<p lang=ru>бет<p>bet"),
        ("<ul><li lang=ru>бет<li>бет</ul>", "<ul><li lang=ru>бет<li>bet</ul>"),
        ("<td lang=ru>бет<td>бет<tr><td>бет", "<td lang=ru>бет<td>bet<tr><td>bet"),
        ("<option value=1>бет<option>бет<option value=1>бет", "<option value=1>bet<option>бет<option value=1>bet"),
        ("<b lang=ru>бет</i>бет</b>бет", "<b lang=ru>бет</i>бет</b>bet"),
        ("<p lang=ru><b>бет</p>бет", "<p lang=ru><b>бет</p>bet"),
        ("<img lang=ru alt=бет>бет", "<img lang=ru alt=бет>bet"),
        ('<svg><path lang="ru"/><title>бет</title></svg>', '<svg><path lang="ru"/><title>bet</title></svg>'),
        ("<script/>бет</script>бет", "<script/>бет</script>bet"),
        ("<code title=бет>бет</code>", '<code title="bet">бет</code>'),
        ("<textarea>бет</p>бет</textarea>бет", "<textarea>бет</p>бет</textarea>bet"),
        ("<p><textarea>бет</p>бет</textarea>бет", "<p><textarea>бет</p>бет</textarea>bet"),
        ("<textarea><p title=бет>бет</textarea>бет", "<textarea><p title=бет>бет</textarea>bet"),
        ("<p title>бет", "<p title>bet"),
        ("<p title=''>бет", "<p title=''>bet"),
        ("<p TITLE = 'бет'  alt=бет>", "<p TITLE = 'bet'  alt=\"bet\">"),
        ("<p title=бет title=бет lang=ru lang=kk>бет", "<p title=бет title=бет lang=ru lang=kk>бет"),
        ('<p a"b title="бет">бет', '<p a"b title="bet">bet'),
        ("<p title=б\"е'т>бет", "<p title=б\"е'т>bet"),
        ("бет < 5 <бет < бет >", "bet < 5 <bet < бет >"),
        ("<![CDATA[бет]]>бет", "<![CDATA[бет]]>bet"),
        ("<!-- бет -->бет</ бет>бет", "<!-- бет -->bet</ бет>bet"),
    ],
)
def test_parts_of_pages(part, expected):
    assert KAZAKH.convert_html(part) == expected


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("O&#x27;zbek &#39;tong&#39; tog&rsquo; &lsquo;tog&rsquo;", "Ўзбек &#39;тонг&#39; тоғ &lsquo;тог&rsquo;"),
        ("&nbsp;&copy;&lt;b&gt; m&#699;no", "&nbsp;&copy;&lt;б&gt; мъно"),
        (
            '<p title="O&#x27;zbek &quot;tong&quot; brend">',
            '<p title="Ўзбек &quot;тонг&quot; &lt;Б&amp;Б&gt;&quot;&#x27;">',
        ),
        ("XXI asr, I. Karimov, kitob' Windows'", "XXI аср, И. Каримов, китоб' Windows'"),
        ("&#x27;tog&#x27;", "&#x27;тог&#x27;"),
        ("va&T; McDonald&#x27;s", "ва&T; McDonald&#x27;s"),
        ("x;tong'", "х;тонг'"),
        ("&lsquo;brend&rsquo;", "&lsquo;&lt;Б&amp;Б&gt;&quot;&#x27;&rsquo;"),
    ],
)
def test_references_and_what_has_to_be_escaped(part, expected):
    assert UZBEK.convert_html(part) == expected


class _Skeleton(HTMLParser):
    """Everything of a page but what may be converted."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.events = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        kept = [
            (name, value) for name, value in attrs if name not in {"alt", "title", "placeholder", "aria-label", "lang"}
        ]
        self.events.append((tag, [name for name, _ in attrs], kept))

    def handle_endtag(self, tag):
        self.events.append(tag)

    def handle_comment(self, data):
        self.events.append(data)


TAGS = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<b title='аты \"q\"'>",
            "</b>",
            "<i lang=ru>",
            "</i>",
            "<code>",
            "</code>",
            "<img alt=аты id=аты>",
        ),
        *(
            "<a href='/аты?a=1&amp;b'>",
            "</a>",
            "<!-- аты -->",
            "&amp;",
            "&nbsp;",
            "<br>",
            "<u translate=no>",
            "</u>",
            "<p",
        ),
        *(
            "<script>аты</script>",
            "<textarea>аты",
            "</textarea>",
            '<input value="аты" placeholder="аты">',
            "бір ",
            "<",
            ">",
        ),
    ]
)


@given(st.lists(TAGS).map("".join))
def test_tags_ids_addresses_and_comments_never_change(page):
    assert _Skeleton(KAZAKH.convert_html(page)).events == _Skeleton(page).events


@given(st.lists(TAGS).map("".join), st.sampled_from(["<i lang=ru>аты {}</i>", "<b translate=no>аты {}</b>"]))
def test_protected_parts_never_change(inner, part):
    inner = re.sub(r"</?[ib][^>]*>|</?p>?|</?textarea>|[<>]", "", inner)
    part = part.format(re.sub(r"lang=\w+|translate=no", "", inner))
    assert KAZAKH.convert_html(f"<div>{part}</div>") == f"<div>{part}</div>"


@given(st.lists(TAGS | st.text(max_size=5)).map("".join))
def test_a_page_without_a_word_of_ours_stays_as_it_is(page):
    page = re.sub(r"[\u0400-\u04ff\u0259\u018f\u0275\u019f]", "x", page)
    assert KAZAKH.convert_html(page) == page
