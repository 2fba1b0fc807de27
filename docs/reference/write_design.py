"""Writes design.md, the reference of the design system, from the examples that its page of components shows.

`make docs` runs it; tests/design/test_catalog.py fails where the page and the examples differ.
"""

from __future__ import annotations

import sys
from pathlib import Path

import django
from django.conf import settings

PAGE = Path(__file__).with_name("design.md")
START = """\
# The design system
Pages extend `design/base.html` and take components as tags: `{% load design %}`. How each looks, in
all its states, is on `/design/` of any portal. What a form needs is `{{ form }}`: labels, hints, errors and the summary
of errors come by themselves. How it is built from govuk-frontend and Inter: `make assets`, sources in `assets/`.

## The page
Blocks: `title`, `description`, `head`, `banner`, `identity`, `header_end`, `navigation`, `before_content`
(breadcrumbs or a link back), `content`; `before_main` and `main` for pages as wide as the window;
`footer_columns`, `footer_links`, `footer_note`.

The frame shows what the context has, and leaves out what it has not:

| name | what it is |
|---|---|
| `country` | `name`; if there are any `colors` and `crest` |
| `body` | the body whose page it is: `name`, `address`; `colors` and `crest`; `number`, `region_id` |
| `region_id` | the region whose page it is; urgent words are found by it and by the body |
| `languages` | pairs of code and name, as in Django's LANGUAGES |
| `scripts` | the alphabets of this language, as a list of `kopir.design.page.Choice` |
| `navigation`, `footer_links` | lists of `kopir.design.page.Link` |
| `footer_columns` | a list of `title` and `links` |
| `home_address` | where the name of the country leads |
| `page_language` | the tag of the page's language where it is not the active one, as kk-Latn |

`colors` is a dictionary of `brand`, and if wanted `accent` and `link`, each as `#0b4a6f`;
`kopir.design.colors.check_contrast(colors)` says what is wrong with them and must say nothing before they are kept.
`crest` has `source`, `width`, `height`; `kopir.design.crests.clean_crest(bytes)` makes an uploaded file safe to keep.
Both are shown by the tags of the frame: `theme_style`, `language_switch`, `low_vision_link`,
`low_vision_address`, `icon`, `error_summary`. `urgent_words` shows what `kopir.design.urgent.SOURCES` bring.

## Low vision
A reader chooses size, spacing, colors and pictures on `/low-vision/`. The HTML stays the same for all:
one stylesheet, `/low-vision/style.css`, follows the cookie. So that pictures can be switched off, every picture is
shown with the tag `picture` and no other way. A link that may lead to another domain of the same node is written with
`host_link`, which carries the choice: `<a href="{% host_link body.address %}">`. Which domains are ours say
ALLOWED_HOSTS and the judges in `kopir.design.low_vision_crossing.host_judges`.

## Days
`{{ published_on|day }}` writes a day as the reader's language does.

## Components
"""


def main() -> int:
    """Write the page."""
    settings.configure(USE_I18N=False)
    django.setup()
    from kopir.design.catalog import COMPONENTS, EXAMPLES  # noqa: PLC0415 - settings come first

    parts = [START]
    for name, title, purpose, _language in COMPONENTS:
        source = (EXAMPLES / f"{name}.html").read_text("utf-8").strip()
        parts.append(f"\n### {title}: `{name}`\n{purpose}\n\n```html\n{source}\n```\n")
    PAGE.write_text("".join(parts), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
