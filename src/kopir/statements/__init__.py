"""Accessibility statements: what the gate finds on the published pages of a website, dated, for everybody to read.

Words: a *statement* is what the last check of a website found; a *reason* is what a publisher wrote when something
stayed. Doors: `actions` (check_website), `queries`. Never: a claim that nobody has checked, or one without its day.
"""
