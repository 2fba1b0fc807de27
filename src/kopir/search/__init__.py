"""Finding: one index over what all rooms show, in every language and script, filled by the worker, read by everybody.

Words: a *source* is where documents come from, a *change* a row of the outbox that says which objects are to be read
again, a *piece* four letters of a folded word. Doors: `registry` (rooms above say what they have), `actions.changed`,
`queries.search`. It never shows what its source does not call visible at that moment, and knows no room above it.
"""
