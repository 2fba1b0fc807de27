"""How often the pages of a website are read, which of its addresses lead nowhere, which searches find nothing.

The page store counts before Django (`kopir.edge`), per page and day, without cookie or address of a reader; this room
takes that over and shows it to who works on the website. Pages of the portal itself, and of people, are not counted.

Doors: `actions`, `queries`. It never counts anything twice, and keeps no search that was asked seldom.
"""
