"""What the room refuses, each with a sentence that says what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kopir.base.errors import KopirError


class SentAlreadyError(KopirError):
    """The same form was sent before."""

    code = "inquiries.sent_already"
    status = 409
    sentence = _("This was sent already, and its number was shown. To write again, open the form anew.")


class UnknownInquiryError(KopirError):
    """No inquiry for whoever asks: a wrong number, a wrong secret, or another body's."""

    code = "inquiries.unknown"
    status = 404
    sentence = _("There is no message with this number and secret word. Compare them with what you wrote down.")


class AnsweredAlreadyError(KopirError):
    """A colleague was faster, or the words are kept no longer."""

    code = "inquiries.answered_already"
    status = 409
    sentence = _("This message is answered already. Load the page anew to read the answer.")
