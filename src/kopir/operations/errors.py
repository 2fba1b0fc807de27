"""What keeps an operation from being done. The message names the place and the remedy, and is printed as it is."""

from __future__ import annotations

from kopir.bridge.errors import CommandError


class OperationsError(CommandError):
    """Base of all."""


class HeldError(OperationsError):
    """Somebody else does this at the moment."""


class BackupError(OperationsError):
    """A backup that cannot be made or put back; what was there before is there still."""


class UpgradeError(OperationsError):
    """An upgrade that was not done; the node serves as before."""
