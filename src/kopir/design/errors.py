"""What the design system refuses: crests that cannot be shown safely."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kopir.base.errors import KopirError


class CrestTooLargeError(KopirError):
    """The file is larger than a crest may be."""

    code = "design.crest-too-large"
    sentence = _("The file has {size_kib} KiB, a crest at most {limit_kib}. Save it smaller and choose it again.")


class CrestUnreadableError(KopirError):
    """The file is neither PNG nor SVG, or is damaged."""

    code = "design.crest-unreadable"
    sentence = _("This file cannot be read as a picture. Choose a PNG or SVG file.")


class CrestUnsafeError(KopirError):
    """An SVG file that declares a document type or entities, or has nothing to draw once it is cleaned."""

    code = "design.crest-unsafe"
    sentence = _("This SVG file holds what pages may not show. Save it as plain SVG or as PNG and choose it again.")
