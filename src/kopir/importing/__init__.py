"""What an old site held comes over: news and documents from files, with their dates; old addresses lead on.

Words: a *source* is the old site's name; an *item* is one piece of news or one document of it, known by the source and
the *key* that it had there, in one language. Importing twice is once: only what changed at the source is written, and
only where nobody has written here since.

Doors: `actions`, `queries`, `errors`. It reads files alone, never the network, and never believes their HTML.
"""
