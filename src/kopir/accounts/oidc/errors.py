"""What can go wrong between two portals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kopir.base.errors import KopirError


class StatementError(KopirError):
    """A file about a portal that cannot be believed."""

    code = "accounts.portal_statement"
    sentence = _("{file}: {why}")


class UnknownProviderError(KopirError):
    """No such provider of identity, or its statement has lost its force."""

    code = "accounts.unknown_provider"
    status = 404
    sentence = _("You cannot sign in through this provider now. Choose another one from the list.")


class NoSignInKeyError(KopirError):
    """This node has no key to sign with who somebody is, or its file is not fit; the log names the file."""

    code = "accounts.no_sign_in_key"
    status = 503
    sentence = _("This portal cannot vouch for anybody now. Try again later, or sign in another way.")


class ProviderUnreachableError(KopirError):
    """The provider does not answer, or not as the protocol has it."""

    code = "accounts.provider_unreachable"
    status = 502
    sentence = _("Your provider does not answer. Try again in a few minutes.")


class AnswerRefusedError(KopirError):
    """An answer not for us, not for this browser, not of this provider or not of this hour; `why` is for logs."""

    code = "accounts.answer_refused"
    status = 400
    sentence = _("The answer of your provider cannot be trusted, so you were not signed in. Start the sign-in again.")


class CancelledError(KopirError):
    """The person did not agree at the provider."""

    code = "accounts.cancelled"
    status = 403
    sentence = _("You did not agree, so nothing was told and you were not signed in. You can sign in another way.")


class LevelTooLowError(KopirError):
    """The provider is not sure enough that it is this person."""

    code = "accounts.level_too_low"
    status = 403
    sentence = _(
        "Your provider vouches for you at the level “{level}”, but “{least}” is needed. "
        "Sign in there with a second factor, or have your identity confirmed, then try again."
    )


class NothingToTellError(KopirError):
    """The person has no confirmed number, so there is nothing that this node could vouch for."""

    code = "accounts.nothing_to_tell"
    status = 403
    sentence = _(
        "Your national number is not confirmed here, so we cannot vouch for you abroad. "
        "Have it confirmed by your service center, then try again."
    )


class UnknownPortalError(KopirError):
    """Who asks is no portal that this country trusts."""

    code = "accounts.unknown_portal"
    status = 403
    sentence = _("The portal that sent you here is not known to your country. Do not enter anything; go back.")
