"""A website for every state body on one platform (ЕПИР): pages, languages, publishing, tenancy. On Wagtail.

Words: a *website* belongs to one body and has one *home page* in each language; *page types* are typed, their bodies
are made of *blocks*; a *translation* is the page of another language with the same `translation_key`; the *acting
site* is the one for which an editor works now. Scripts are views of one content and never pages.

Doors: `actions`, `queries`, `errors`. It never asks Wagtail's `Site`, never shows what is not published, and never
lets one body's editor see another's drafts. The plan: docs/decisions/0013-websites.md.
"""
