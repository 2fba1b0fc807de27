"""The accessibility gate: what keeps a page from being understood by everybody, found on the server before it is shown.

What *must* be repaired stops publishing unless somebody writes why it stays; the rest is told to who writes.
"""

from kopir.websites.gate.findings import Finding, findings_for_admin
from kopir.websites.gate.judging import judge

__all__ = ["Finding", "findings_for_admin", "judge"]
