"""What can go wrong with the record of actions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kopir.base.errors import KopirError


class NoTransactionError(KopirError):
    """A row outside a transaction could outlive an action that failed, or the other way round."""

    code = "audit.no_transaction"
    status = 500
    sentence = _("The action {action} must run within a transaction to be recorded.")


class PersonErasedError(KopirError):
    """Personal fields of a person whose key is destroyed: they could be kept under no key, now or ever."""

    code = "audit.person_erased"
    status = 409
    sentence = _("The data of this person was erased. Nothing more can be recorded about them.")


class MasterKeyError(KopirError):
    """The node's master key is missing, broken or not the one that the persons' keys are wrapped with."""

    code = "audit.master_key"
    status = 500
    sentence = _("The key file {file} cannot be used: {why}. Restore it from the backup of the keys.")


class UnknownRowError(KopirError):
    """No such row, or none that this actor may see."""

    code = "audit.unknown_row"
    status = 404
    sentence = _("There is no such entry in the record, or you may not see it.")


class BridgeUnreachableError(KopirError):
    """The node of the bridge took no head; the next seal tries again."""

    code = "audit.bridge_unreachable"
    status = 503
    sentence = _("The bridge at {address} did not take the head of the record: {why}. Start the bridge.")
