"""What the room refuses, each with a sentence that says what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kopir.base.errors import KopirError


class UnknownBodyError(KopirError):
    """No body, or no region, of that name or number."""

    code = "bodies.unknown"
    status = 404
    sentence = _("There is no “{name}”. Choose one from the list.")


class BodyExistsError(KopirError):
    """Another body has this address or number."""

    code = "bodies.exists"
    status = 409
    sentence = _("“{value}” belongs to another body already. Choose another one.")


class OwnAncestorError(KopirError):
    """A body would stand below itself."""

    code = "bodies.own_ancestor"
    status = 409
    sentence = _("“{name}” cannot stand below itself or its own bodies. Choose another one above it.")


class HasSubordinatesError(KopirError):
    """A body with active ones below it is to be closed."""

    code = "bodies.has_subordinates"
    status = 409
    sentence = _("{count} active bodies stand below “{name}”. Close or move them first.")


class ChangedMeanwhileError(KopirError):
    """Somebody else has changed what the form shows."""

    code = "bodies.changed_meanwhile"
    status = 409
    sentence = _("Somebody has changed “{name}” since you opened this page. Load it anew and make your change again.")


class UnfitFieldError(KopirError):
    """A field has a value that it cannot have; `field` is its name in the model, `reason` tells the remedy."""

    code = "bodies.unfit_field"
    status = 422
    sentence = _("{reason}")


class WrongNumberError(KopirError):
    """A number of a body that is none; `reason` says what is wrong with it."""

    code = "bodies.wrong_number"
    status = 422
    sentence = _("{value} is no {scheme}: {reason}")


class DayTwiceError(KopirError):
    """A day would be both a day off and a working day, or stands twice in one decree."""

    code = "bodies.day_twice"
    status = 409
    sentence = _(
        "{day} cannot be both a day off and a working day. Make it an ordinary day first, or choose another one."
    )


class OutsideCalendarError(KopirError):
    """A term reaches a year for which nobody has set the calendar; nothing is guessed from weekends alone."""

    code = "bodies.outside_calendar"
    status = 409
    sentence = _("The calendar of {year} is not set yet. Ask the platform operator to add that year.")


class UnreadableColorsError(KopirError):
    """Colors on which nobody could read; `reason` names the color and the remedy."""

    code = "bodies.unreadable_colors"
    status = 422
    sentence = _("{reason}")
