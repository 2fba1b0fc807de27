"""Upgrades of templates: what a new version of a template gives reaches websites that were made from an older one.

Words: *base*, what the template gave a website; *unit*, the smallest thing that is merged: a field of a page, a block,
an order; *conflict*, a unit that template and editors both changed. Doors: `actions`, `queries`. It never overwrites
what editors wrote without their decision, and never deletes a page of theirs or moves its address.
"""
