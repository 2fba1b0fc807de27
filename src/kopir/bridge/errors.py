"""What an operator must put right: files, folders, commands. What goes wrong in an exchange is in `kopir.wire`.

BridgeError
├── ConfigError      the configuration of a node (`kopir.bridge.config`)
├── AnchorError      a file that says whom to trust
├── PublishError     a directory that cannot be published as described
└── CommandError     a command that cannot be carried out as given
"""

from __future__ import annotations


class BridgeError(Exception):
    """Base of all. The message names the file or option and the remedy, and is printed as it is."""


class AnchorError(BridgeError):
    """An anchor file that cannot be used, or two that contradict each other."""


class PublishError(BridgeError):
    """A directory that cannot be published as its description says; nothing was written."""


class CommandError(BridgeError):
    """A command that cannot be carried out as it was given."""
