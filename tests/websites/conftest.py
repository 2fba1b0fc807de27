"""A country with bodies, and the websites of two of them."""

from __future__ import annotations

from ground import CENTRAL, NOW, client, education, finance, kz, now, operator, system  # noqa: F401 - fixtures
