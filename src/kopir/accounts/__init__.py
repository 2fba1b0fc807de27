"""People: sign-in, second factors, sessions, roles within a body, national identifiers.

Its words: a *grant* is one role of one person, for one body or for the whole platform; a *factor* is what a person has
besides the password (an app with codes, or a passkey); *fresh* is a sign-in or factor shown a few minutes ago; a
*portal statement* is what one country says about its portal under its anchor key, so that citizens of one node can
sign in at another. Doors: `actions`, `queries`, `errors`, and `models` as type or foreign key. It never decides what a
person may do with the things of another room: that is judged there, by `request.actor`.
"""
