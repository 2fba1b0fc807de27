"""What the room refuses, each with a sentence that says what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kopir.base.errors import KopirError


class UnknownSiteError(KopirError):
    """No website of that address."""

    code = "websites.unknown"
    status = 404
    sentence = _("There is no website “{name}”. Choose one from the list of state bodies.")


class SiteExistsError(KopirError):
    """The body has a website already, or another website has the address."""

    code = "websites.exists"
    status = 409
    sentence = _("“{name}” has a website already. Change that one, or choose another address.")


class ReservedAddressError(KopirError):
    """An address that the platform itself uses, or that is none."""

    code = "websites.reserved_address"
    status = 422
    sentence = _(
        "“{name}” cannot be the address of a website. Use Latin letters, digits and hyphens, and another word."
    )


class SiteArchivedError(KopirError):
    """A website that was closed is to be changed."""

    code = "websites.archived"
    status = 409
    sentence = _("The website “{name}” is archived. Open it again before you change it.")


class UnknownTemplateError(KopirError):
    """No template of that name."""

    code = "websites.unknown_template"
    status = 422
    sentence = _("There is no template “{name}”. Choose one of: {known}.")


class TooEarlyError(KopirError):
    """Who wrote a page wants to publish it."""

    code = "websites.own_work"
    status = 403
    sentence = _("Another person has to publish what you have written. Ask a publisher of your body.")


class FileRefusedError(KopirError):
    """A file that is sent in is not kept; the sentence is that of the fault which was found."""

    code = "websites.file_refused"
    status = 422

    def __init__(self, why: str | Promise, **fields: object) -> None:
        """`why` may name data fields in braces."""
        super().__init__(**fields)
        self.why = why

    def message(self) -> str:
        return str(self.why).format(**self.fields)


class SuccessorError(KopirError):
    """A website that was closed, or the same one, is to take over."""

    code = "websites.successor"
    status = 422
    sentence = _("“{name}” cannot take over. Choose another website that is open.")


class DomainError(KopirError):
    """A host name that cannot be a website's own, or whose proof is not there yet; `reason` says what to do."""

    code = "websites.domain"
    status = 422
    sentence = _("{reason}")


class GateError(KopirError):
    """What the accessibility gate found has to be repaired first, or a reason written; `findings` says what."""

    code = "websites.gate"
    status = 422
    sentence = _("Repair this first, or write why it has to stay: {faults}")

    def __init__(self, findings: Sequence[Any]) -> None:
        """`findings` are `kopir.websites.gate.Finding`."""
        super().__init__()
        self.findings = tuple(findings)

    def message(self) -> str:
        """What was found, each in the language that is active now."""
        return str(self.sentence).format(faults=" ".join(str(finding.message) for finding in self.findings))


class ForeignThingError(KopirError):
    """A page of one website was to hold something that belongs to another."""

    code = "websites.foreign_thing"
    status = 404
    sentence = _("This page refers to something that does not belong to your website. Nothing was saved.")


class SharedInUseError(KopirError):
    """A shared text that stands on public pages, of whichever website, is to be deleted."""

    code = "websites.shared_in_use"
    status = 409
    sentence = _(
        "“{title}” is shown on other pages ({count}) and was not deleted."
        " Unpublish it: it is gone from them at once, and those who look after them see that."
    )


class WordError(KopirError):
    """What is to be fixed is no single word, or its form none that can be shown."""

    code = "websites.word"
    status = 422
    sentence = _(
        "“{word}” cannot be fixed. Write one word of letters on each side; * at the end stands for any ending."
    )


class NoOtherScriptError(KopirError):
    """The language is written in one script alone."""

    code = "websites.no_other_script"
    status = 422
    sentence = _("Pages in “{language}” are shown in one script alone. There is no word to be fixed.")


class OwnTimeError(KopirError):
    """A page of a bundle has an instant of its own that is later than the bundle's."""

    code = "websites.own_time"
    status = 409
    sentence = _(
        "The page is to go live at a time of its own. Take that time away, so that it goes out with the others."
    )


class PageGoneError(KopirError):
    """A page of a bundle was deleted, taken down, or published otherwise, since it was approved."""

    code = "websites.page_gone"
    status = 409
    sentence = _("The page was deleted, taken down or published otherwise since. Put the bundle together anew.")


class BundleClosedError(KopirError):
    """A bundle is in a state in which this cannot be done to it."""

    code = "websites.bundle_closed"
    status = 409
    sentence = _("“{title}” was approved or went out meanwhile. Look at it again.")


class BundleError(KopirError):
    """Nothing of a bundle goes out; `faults` are the titles of its pages, each with what is wrong there."""

    code = "websites.bundle"
    status = 422
    sentence = _("Nothing has gone out. {faults}")

    def __init__(self, faults: Sequence[tuple[str, KopirError]]) -> None:
        """`faults` are in the order of the pages."""
        super().__init__()
        self.faults = tuple(faults)

    def message(self) -> str:
        """Each fault in the language that is active now."""
        return str(self.sentence).format(
            faults=" ".join(f"“{title}”: {error.message()}" for title, error in self.faults)
        )


class VersionError(KopirError):
    """A version of a page is to be withdrawn that the page shows now, or that was withdrawn before."""

    code = "websites.version"
    status = 409
    sentence = _("Version {number} was withdrawn already, or is what the page shows now: publish that corrected first.")


class NoReasonError(KopirError):
    """What needs a written reason has none."""

    code = "websites.no_reason"
    status = 422
    sentence = _("Write in a few words why.")


class LeadError(KopirError):
    """From an address is to be led on where a page stands, or where none ever can."""

    code = "websites.lead"
    status = 409
    sentence = _("A page stands at this address, or none can. Choose another address.")
