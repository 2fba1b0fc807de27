"""The low-vision stylesheet: CSS rules for each answer that is not the ordinary one. Pure text, no request.

It comes after every other stylesheet, and says `!important` throughout: the reader's wish stands over every design.
Spacing is that of WCAG 2.2, 1.4.12 and more; each pair of colors has a contrast of at least 7 to 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .low_vision import Look


@dataclass(frozen=True)
class Scheme:
    """Colors of a page, each `#rrggbb`; `focus` surrounds what has the keyboard's focus."""

    paper: str
    ink: str
    link: str
    focus: str


SCHEMES: Final[Mapping[str, Scheme]] = {
    "white": Scheme("#ffffff", "#000000", "#00358a", "#8a0030"),
    "black": Scheme("#000000", "#ffffff", "#ffe45c", "#66e0ff"),
    "blue": Scheme("#b9e1ff", "#06244a", "#06244a", "#5c0040"),
    "cream": Scheme("#f7f3d6", "#3a2f24", "#3a2f24", "#7a0019"),
}

_BAR = ".design-low-vision-bar{display:block!important}\n"
_SIZE = """\
html{{font-size:{size}%!important}}
body,body *{{overflow-wrap:anywhere!important;min-width:0}}
.govuk-grid-column-two-thirds,.govuk-grid-column-one-third,.govuk-grid-column-one-half{{width:100%!important}}
.govuk-radios__item,.govuk-checkboxes__item{{align-items:center}}
.govuk-radios__label::before,.govuk-checkboxes__label::before{{top:calc(50% - 20px)!important}}
.govuk-radios__label::after{{top:calc(50% - 10px)!important}}
.govuk-checkboxes__label::after{{top:calc(50% - 9px)!important}}
@media (max-width:40em){{.govuk-heading-xl,.design-hero__title,.govuk-panel__title{{font-size:1.45rem!important}}
.govuk-heading-l,.design-masthead__name{{font-size:1.3rem!important}}.govuk-heading-m,.design-card__title{{font-size:1.15rem!important}}}}
"""
_SPACING = """\
body,body *{line-height:1.8!important;letter-spacing:.12em!important;word-spacing:.2em!important}
p,li,dd,dt,td,th,label{margin-bottom:.5em}
p{margin-bottom:1.5em!important}
"""
_PICTURES = """\
picture,img,video,.design-card__picture picture{display:none!important}
.design-picture__words{display:block!important;padding:.5em .75em;border:2px dashed;border-radius:4px}
"""
_COLORS = """\
html,body,body *:not(svg,svg *,img){{background:{paper}!important;color:{ink}!important;border-color:{ink}!important;\
box-shadow:none!important;text-shadow:none!important;opacity:1!important}}
body .govuk-radios__input,body .govuk-checkboxes__input{{opacity:0!important}}
body *::before,body *::after{{border-color:{ink}!important;box-shadow:none!important}}
body .govuk-checkboxes__label::before{{background:{paper}!important}}
body .govuk-radios__label::after{{background:{ink}!important}}
body .govuk-details__summary::before{{border-color:transparent transparent transparent {ink}!important}}
body .govuk-details[open]>.govuk-details__summary::before{{border-color:{ink} transparent transparent!important}}
body a:link,body a:visited,body a *,body .govuk-service-navigation__toggle{{color:{link}!important}}
body a:link,body a:visited{{text-decoration:underline!important}}
body .govuk-button,body .govuk-tag,body .design-card{{border:2px solid {ink}!important}}
body .govuk-button{{color:{link}!important}}
body .design-ribbon,body .design-ribbon *{{background:{ink}!important}}
body .govuk-pagination__item--current,body .govuk-pagination__item--current *{{font-weight:700!important;\
outline:2px solid {ink}}}
body .design-swatches__patch{{background:revert-layer!important}}
body *:focus{{outline:4px solid {focus}!important;outline-offset:2px!important}}
body .govuk-radios__input:focus+label::before,body .govuk-checkboxes__input:focus+label::before\
{{outline:4px solid {focus}!important;outline-offset:2px!important}}
"""


def write_style(look: Look) -> str:
    """The stylesheet for a look; empty for the ordinary one."""
    if look.is_ordinary:
        return ""
    parts = [_BAR]
    if look.size != "100":
        parts.append(_SIZE.format(size=look.size))
    if look.spacing == "wide":
        parts.append(_SPACING)
    if look.pictures == "off":
        parts.append(_PICTURES)
    if look.colors in SCHEMES:
        scheme = SCHEMES[look.colors]
        parts.append(_COLORS.format(paper=scheme.paper, ink=scheme.ink, link=scheme.link, focus=scheme.focus))
    return "".join(parts)
