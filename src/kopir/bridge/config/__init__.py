"""The configuration of one node: one TOML file, read once, checked whole, handed on as frozen values.

`load` reports everything that is wrong in the file at once. What the file points at (keys, certificates, folders) is
looked at by `kopir bridge check`. This is the one place of the bridge that reads the environment.
"""

from kopir.bridge.config.environment import credentials_folder
from kopir.bridge.config.load import examine, load, parse
from kopir.bridge.config.model import (
    Address,
    Allow,
    ClientSection,
    ControlSection,
    DirectorySection,
    ErrorsSection,
    Group,
    JournalSection,
    KeyPair,
    LimitsSection,
    MemberKey,
    NodeConfig,
    NodeSection,
    PeerSection,
    RegisteredClient,
    Service,
    TcpAddress,
    TimestampSection,
    UnixAddress,
)
from kopir.bridge.config.problems import ConfigError, Problem

__all__ = [
    "Address",
    "Allow",
    "ClientSection",
    "ConfigError",
    "ControlSection",
    "DirectorySection",
    "ErrorsSection",
    "Group",
    "JournalSection",
    "KeyPair",
    "LimitsSection",
    "MemberKey",
    "NodeConfig",
    "NodeSection",
    "PeerSection",
    "Problem",
    "RegisteredClient",
    "Service",
    "TcpAddress",
    "TimestampSection",
    "UnixAddress",
    "credentials_folder",
    "examine",
    "load",
    "parse",
]
