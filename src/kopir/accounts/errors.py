"""What can go wrong with people, their roles and their factors."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kopir.base.errors import KopirError


class NotPermittedError(KopirError):
    """The actor may not do this to this person or for this body."""

    code = "accounts.not_permitted"
    status = 403
    sentence = _("You may not do this. Ask a platform operator.")


class UnknownPersonError(KopirError):
    """No such person, grant, session or invitation, or none that this actor may see."""

    code = "accounts.unknown"
    status = 404
    sentence = _("It is not here, or you may not see it. Go back to the list and choose again.")


class RoleMisfitError(KopirError):
    """The role cannot be held there."""

    code = "accounts.role_misfit"
    sentence = _("The role “{role}” cannot be given there. Choose a body for it, or choose another role.")


class AlreadyGrantedError(KopirError):
    """The person has this role there already."""

    code = "accounts.already_granted"
    status = 409
    sentence = _("This person has this role already. Nothing has to be done.")


class InvitationError(KopirError):
    """An invitation that opens nothing; `why` tells what became of it."""

    code = "accounts.invitation"
    status = 410
    sentence = _("This invitation is not valid. Ask the person who sent it to you for a new one.")


class InvitationUsedError(InvitationError):
    """It was accepted before."""

    code = "accounts.invitation_used"
    sentence = _("This invitation has been used already. If it was you, sign in; if not, tell a platform operator.")


class InvitationExpiredError(InvitationError):
    """Its time is over."""

    code = "accounts.invitation_expired"
    sentence = _("This invitation has expired. Ask the person who sent it to you for a new one.")


class InvitationForAnotherError(InvitationError):
    """Somebody else has signed in, or the address belongs to an account that has to sign in first."""

    code = "accounts.invitation_for_another"
    status = 403
    sentence = _("This invitation is for {email}. Sign in with that address, then open the invitation again.")


class ResetError(KopirError):
    """A reset of a factor that is not open, or that needs another operator."""

    code = "accounts.factor_reset"
    status = 409
    sentence = _("This reset cannot be confirmed by you or any more. Another operator must confirm it within 24 hours.")


class SameOriginError(ResetError):
    """Two operators that count as one: one of them let the other in, or the same operator both."""

    code = "accounts.same_origin"
    sentence = _(
        "You and the operator who asked count as one, because the same operator stands behind both roles. "
        "An operator who was let in by somebody else must confirm it."
    )


class LastOperatorError(KopirError):
    """Without this person nobody would administer the platform."""

    code = "accounts.last_operator"
    status = 409
    sentence = _("This is the last platform operator. Let another one in first, then try again.")


class IdentifierError(KopirError):
    """A number that is none of its kind."""

    code = "accounts.identifier"
    sentence = _("This is not a valid {scheme}. Check each digit and write it again.")


class IdentifierTakenError(KopirError):
    """A confirmed number of somebody else."""

    code = "accounts.identifier_taken"
    status = 409
    sentence = _("This number is confirmed for another account. Sign in to that account, or ask your service centre.")
