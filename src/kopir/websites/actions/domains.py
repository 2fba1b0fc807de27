"""A domain of its own for a website: asked for, proven by DNS, taken away. It answers without a restart."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kopir.base.actors import Actor
from kopir.websites.actions.sites import note, only_operators
from kopir.websites.errors import DomainError
from kopir.websites.models import Website
from kopir.websites.proof import is_proven, record_name, record_text
from kopir.websites.staleness import note_website

_LABEL: Final = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_HOST: Final = re.compile(rf"(?:{_LABEL}\.)+(?!\d+$){_LABEL}")


@transaction.atomic
def ask_for_domain(*, website: Website, domain: str, actor: Actor, now: datetime) -> Website:
    """Note the host name that a website wants, with the proof that its zone has to show. It does not answer yet.

    `domain` is in ASCII (an IDN in its A-label form). Raises NotAllowedError, DomainError.
    """
    only_operators(actor)
    name = domain.strip().lower().rstrip(".")
    _check(name, website)
    stored = Website.objects.select_for_update().get(pk=website.pk)
    stored.domain, stored.domain_proven_at = name, None
    stored.domain_proof = secrets.token_hex(16)
    stored.save(update_fields=["domain", "domain_proof", "domain_proven_at"])
    note_website(stored.pk, [stored.slug], hard=True)
    note(stored, "websites.ask_for_domain", after={"domain": name}, actor=actor, now=now)
    return stored


def prove_domain(
    *, website: Website, actor: Actor, now: datetime, ask: Callable[[str, str], bool] = is_proven
) -> Website:
    """Look for the proof in DNS; from then on the website answers there, and its pages under the portal lead there.

    Raises NotAllowedError, and DomainError that says which record is missing.
    """
    only_operators(actor)
    host, proof = website.domain or "", website.domain_proof
    if not host or not ask(host, proof):
        raise DomainError(
            reason=_(
                "Write the TXT record {name} with the text {text} into the zone, wait some minutes and try again."
            ).format(name=record_name(host), text=record_text(proof))
        )
    with transaction.atomic():
        stored = Website.objects.select_for_update().get(pk=website.pk)
        if (stored.domain, stored.domain_proof) != (host, proof):
            raise DomainError(reason=_("The domain was changed meanwhile. Load the page anew and try again."))
        stored.domain_proven_at = now
        stored.save(update_fields=["domain_proven_at"])
        note_website(stored.pk, [stored.slug], hard=True)
        note(stored, "websites.prove_domain", after={"domain": host}, actor=actor, now=now)
    return stored


@transaction.atomic
def remove_domain(*, website: Website, actor: Actor, now: datetime) -> Website:
    """Let a website answer under the portal alone. Raises NotAllowedError."""
    only_operators(actor)
    stored = Website.objects.select_for_update().get(pk=website.pk)
    before = stored.domain
    stored.domain, stored.domain_proof, stored.domain_proven_at = None, "", None
    stored.save(update_fields=["domain", "domain_proof", "domain_proven_at"])
    note_website(stored.pk, [stored.slug], hard=True)
    note(stored, "websites.remove_domain", before={"domain": before}, after={"domain": None}, actor=actor, now=now)
    return stored


def _check(name: str, website: Website) -> None:
    if len(name) > 253 or not _HOST.fullmatch(name):
        raise DomainError(reason=_("“{name}” is no host name. Write it like edu.gov.example.").format(name=name))
    portal = settings.KOPIR_PORTAL_HOST
    if name == portal or name in {"localhost", f"www.{portal}"}:
        raise DomainError(reason=_("“{name}” belongs to the portal itself. Choose another name.").format(name=name))
    if Website.objects.filter(domain=name).exclude(pk=website.pk).exists():
        raise DomainError(reason=_("“{name}” is another website's domain. Choose another name.").format(name=name))
