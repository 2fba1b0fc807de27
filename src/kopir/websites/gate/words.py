"""Words that say nothing where a link, a picture or a title has to say something: data, by language."""

from __future__ import annotations

import re
from typing import Final

EMPTY_LINKS: Final = frozenset(
    {
        # Kazakh
        "мында",
        "мұнда",
        "осында",
        "осы жерде",
        "осы жерден",
        "осы жерді басыңыз",
        "мына жерде",
        "толығырақ",
        "толық",
        "ары қарай",
        "әрі қарай",
        "сілтеме",
        "сілтеме бойынша",
        "жүктеу",
        "mynda",
        "osynda",
        "osy jerde",
        "tolyǵyraq",
        "tolyğyraq",
        # Tajik
        "ин ҷо",
        "инҷо",
        "дар ин ҷо",
        "дар инҷо",
        "ин ҷоро пахш кунед",
        "муфассал",
        "муфассалтар",
        "бештар",
        "давомаш",
        "пайванд",
        "боргирӣ",
        # Uzbek
        "bu yerda",
        "bu yerga",
        "shu yerda",
        "shu yerga",
        "shu yerni bosing",
        "bu yerni bosing",
        "batafsil",
        "davomi",
        "koʻproq",
        "ko'proq",
        "havola",
        "yuklab olish",
        "бу ерда",
        "шу ерда",
        "батафсил",
        "давоми",
        "ҳавола",
        # Russian
        "здесь",
        "тут",
        "сюда",
        "нажмите здесь",
        "по ссылке",
        "по этой ссылке",
        "ссылка",
        "подробнее",
        "подробно",
        "далее",
        "читать далее",
        "скачать",
        "перейти",
        # English
        "here",
        "click here",
        "read more",
        "more",
        "more details",
        "details",
        "this page",
        "link",
        "this link",
        "download",
        "continue",
    }
)
EMPTY_PICTURES: Final = frozenset(
    {
        "сурет",
        "фото",
        "фотосурет",
        "кескін",
        "акс",
        "расм",
        "тасвир",
        "surat",
        "rasm",
        "foto",
        "картинка",
        "изображение",
        "фотография",
        "рисунок",
        "image",
        "picture",
        "photo",
        "photograph",
        "img",
        "pic",
        "graphic",
        "banner",
        "баннер",
    }
)
_AROUND: Final = re.compile(r"^[\W_]+|[\W_]+$")
_BARE: Final = re.compile(r"(?:https?://|www\.)\S+|(?:[\w-]+\.)+[a-z]{2,}/\S*", re.IGNORECASE)
_FILE: Final = re.compile(
    r"\S+\.(?:jpe?g|png|webp|gif|svg|heic|bmp)|(?:img|dsc|dscn|pxl|photo|image|screenshot|скриншот|фото|сурет)[\s_-]*\d+\S*",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_]{4,}")


def says_nothing(text: str) -> bool:
    """Whether the words of a link are those that stand anywhere: "here", "толығырақ »", "Подробнее...".

    Case, spaces and the marks around do not matter.
    """
    return _plain(text) in EMPTY_LINKS


def is_bare_address(text: str) -> bool:
    """Whether the words of a link are its address; a plain host name, "egov.kz", is the name of a site and is none."""
    return _BARE.fullmatch(text.strip()) is not None


def is_no_description(text: str) -> bool:
    """Whether what stands for a picture is the name of a file or the word "picture"."""
    return _plain(text) in EMPTY_PICTURES or _FILE.fullmatch(text.strip()) is not None


def shouts(text: str) -> bool:
    """Whether a title is in capitals throughout: two words of four letters or more, so that names of bodies pass."""
    words = _WORD.findall(text)
    return len(words) > 1 and text == text.upper()


def is_blank(text: str) -> bool:
    """Whether nothing is to be seen: spaces of any width, marks of direction, joiners."""
    return not any(letter.isprintable() and not letter.isspace() for letter in text)


def _plain(text: str) -> str:
    return _AROUND.sub("", " ".join(text.casefold().replace("ʼ", "'").replace("‘", "ʻ").split()))
