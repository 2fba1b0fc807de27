"""Duties of law as data: what each website owes by the rule pack of its country, checked by program, scored, published.

Words: a *clause* is one sentence of the pack with its source in law; a *check* is the pure rule by which it is judged;
the *facts* are what was gathered of a website at one instant; a *score* keeps facts and pack, so that it can be
computed again. A clause that is unsure is shown and never scored.

Doors: `actions`, `queries`, `errors`. It never judges by anything but kept facts, never counts a text that is empty or
copied, and asks no machine that is not public. What a pack holds: docs/reference/country-pack.md.
"""
