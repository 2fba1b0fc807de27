"""The settings of a portal on a stand: those of production, with the demonstration as one more app.

Whatever is not evidently a stand's is refused: then nothing can be seeded, and no program starts.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, cast

from kopir.config.env import SettingsError, get_environment
from kopir.demo.places import find_faults

if _faults := find_faults(get_environment()):
    raise SettingsError("\n".join(_faults))

from kopir.config.settings import *  # noqa: F403 - the refusal comes first
from kopir.config.settings import INSTALLED_APPS as _APPS
from kopir.config.settings import TEMPLATES as _TEMPLATES

INSTALLED_APPS = [*_APPS, "kopir.demo"]
TEMPLATES = copy.deepcopy(_TEMPLATES)
cast("dict[str, Any]", TEMPLATES[0]["OPTIONS"])["context_processors"].append("kopir.demo.context.stand")
KOPIR_STAND: Path = get_environment().folder.parents[1]
"""The folder of the stand. Only these settings have it, and seeding asks for it."""
