"""What can go wrong with notices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kopir.base.errors import KopirError


class UnknownMessageError(KopirError):
    """No such message, or one in the inbox of somebody else."""

    code = "notices.unknown_message"
    status = 404
    sentence = _("There is no such message in your inbox.")


class UnknownRecipientError(KopirError):
    """A letter to a person who is not there."""

    code = "notices.unknown_recipient"
    status = 404
    sentence = _("There is no person with the number {user}, so nothing was sent.")


class WrongNumberError(KopirError):
    """What was given is no international phone number."""

    code = "notices.wrong_number"
    sentence = _("This is no phone number. Write it with a plus sign and the code of the country, as +77011234567.")


class WrongCodeError(KopirError):
    """Not the code that was sent, too old, or tried too often."""

    code = "notices.wrong_code"
    sentence = _("The code is wrong or too old. Ask for a new one, and write it within 10 minutes.")


class TooSoonError(KopirError):
    """Codes are not sent faster than people can want them."""

    code = "notices.too_soon"
    status = 429
    sentence = _("A code was sent a moment ago. Wait a minute, then ask for a new one.")


class RefusedByServerError(KopirError):
    """The mail server or the provider of SMS refused for good; trying again would change nothing."""

    code = "notices.refused"
    status = 502
    sentence = _("The letter was refused and will not be sent again: {why}.")


class NotSentError(KopirError):
    """It did not go out this time."""

    code = "notices.not_sent"
    status = 503
    sentence = _("The letter could not be sent: {why}. It will be tried again.")
