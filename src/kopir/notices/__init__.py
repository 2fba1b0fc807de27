"""What the portal tells people: an inbox on its pages, letters by e-mail, short texts by SMS, in the reader's language.

Words: a *letter* is a kind of news with its templates and channels; a *message* stands in somebody's inbox; a
*delivery* is one letter on its way by e-mail or SMS, with its state. Doors: `actions.send`, `actions`, `queries`,
`errors`. It never opens a connection within a transaction, and keeps no code or link longer than until it is sent.
"""
