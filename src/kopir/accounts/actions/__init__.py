"""Every write about people. Each action is one transaction with its row in the record; letters go out after commit."""

from kopir.accounts.actions.factors import confirm_factor_reset, request_factor_reset, withdraw_factor_reset
from kopir.accounts.actions.identifiers import arrive, confirm_identifier, remove_identifier, state_identifier
from kopir.accounts.actions.invitations import Accepted, accept_invitation, invite, withdraw_invitation
from kopir.accounts.actions.people import close_account, keep_password, open_account, rename_person
from kopir.accounts.actions.registration import give_code_app, register_person
from kopir.accounts.actions.roles import end_role, grant_role
from kopir.accounts.actions.sessions import clear_sessions, end_session, end_sessions

__all__ = [
    "Accepted",
    "accept_invitation",
    "arrive",
    "clear_sessions",
    "close_account",
    "confirm_factor_reset",
    "confirm_identifier",
    "end_role",
    "end_session",
    "end_sessions",
    "give_code_app",
    "grant_role",
    "invite",
    "keep_password",
    "open_account",
    "register_person",
    "remove_identifier",
    "rename_person",
    "request_factor_reset",
    "state_identifier",
    "withdraw_factor_reset",
    "withdraw_invitation",
]
