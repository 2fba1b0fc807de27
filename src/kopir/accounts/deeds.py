"""How the record calls what is done in this room, and the things that it is done to. Data only."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "accounts.accept_invitation": _("Took an invitation"),
    "accounts.add_factor": _("Set up a second factor"),
    "accounts.ask_letter": _("Asked for a letter with a code"),
    "accounts.change_factor": _("Changed a second factor"),
    "accounts.change_password": _("Changed a password"),
    "accounts.close_account": _("Closed an account"),
    "accounts.confirm_email": _("Confirmed an e-mail address"),
    "accounts.confirm_reset": _("Reset a lost factor as the second operator"),
    "accounts.end_role": _("Took a role away"),
    "accounts.end_session": _("Ended sessions"),
    "accounts.give_token": _("Answered another portal"),
    "accounts.grant_role": _("Gave a role"),
    "accounts.invite": _("Invited a person"),
    "accounts.keep_identifier": _("Kept a national identifier"),
    "accounts.open_account": _("Opened an account"),
    "accounts.register_arrival": _("Made an account for an arrival from abroad"),
    "accounts.register_person": _("Made an account"),
    "accounts.remove_factor": _("Removed a second factor"),
    "accounts.remove_identifier": _("Removed a national identifier"),
    "accounts.rename": _("Changed a name or language"),
    "accounts.request_reset": _("Asked to reset a lost factor"),
    "accounts.show_again": _("Showed again who they are"),
    "accounts.sign_in": _("Signed in"),
    "accounts.sign_out": _("Signed out"),
    "accounts.sign_up": _("Signed up"),
    "accounts.tell_identity": _("Told another portal who they are"),
    "accounts.trust_portals": _("Renewed the list of trusted portals"),
    "accounts.withdraw_invitation": _("Withdrew an invitation"),
    "accounts.withdraw_reset": _("Stopped the reset of a factor"),
    "accounts.wrong_factor": _("A wrong second factor after a right password"),
}
KINDS = {
    "accounts.user": _("Person"),
    "accounts.invitation": _("Invitation"),
    "accounts.letter": _("Letter"),
    "accounts.portal": _("Portal of another country"),
    "accounts.portals": _("Portals of other countries"),
}
