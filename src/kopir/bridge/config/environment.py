"""What a node takes from its environment: the folder of systemd credentials, and nothing else."""

from __future__ import annotations

import os
from pathlib import Path


def credentials_folder() -> Path | None:
    """Where systemd laid this service's credentials (systemd.exec(5), LoadCredential=); None outside of systemd."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    return Path(folder) if folder else None
