"""The record of actions: where its master key lies, and the bridge whose journal it is handed to."""

from __future__ import annotations

from pathlib import Path

from kopir.config.env import get_environment

__all__ = ["KOPIR_AUDIT_NAME", "KOPIR_BRIDGE_CONTROL", "KOPIR_BRIDGE_JOURNAL", "KOPIR_MASTER_KEY_FILE"]

_env = get_environment()

KOPIR_MASTER_KEY_FILE = Path(_env.master_key_file or _env.folder / "keys" / "master.key")
KOPIR_AUDIT_NAME = _env.audit_name
KOPIR_BRIDGE_CONTROL = _env.bridge_control
KOPIR_BRIDGE_JOURNAL = _env.bridge_journal
