"""The record of who did what: a row for every action, written in its transaction, chained, sealed, unchangeable.

Words: a *row* is one action; a *link* gives a committed row its place in the *chain*; the *head* is the hash over all
links so far, handed to the bridge's journal and time-stamped with it; a *person's key* encrypts what a row holds about
that person, and to *erase* a person is to destroy it. Doors: `actions.record` for every room, `actions`, `queries`,
`errors`. It never changes or removes a row, and never opens a connection within a transaction.
"""
