"""Notes what the render of a page has touched, and tells the page store of `edge` what a write makes stale.

Words: a *tag* names something that a page shows ("bodies.body:5") or a listing that it holds ("bodies.body:central");
a *recording* is what one render touched; to *touch* is to say in a transaction that tags are stale; a *table* is
declared with how reads of it are covered. Doors: `recorder` (note …), `tagged`, `tables`, `storing` (@storable),
`actions` (touch, spare). Never: a word about a room above it, or an answer that holds anything of a person.
"""
