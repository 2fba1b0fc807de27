"""Passphrases of a running node's keys: had once when it starts, then from memory, for nobody sits there at a reload.

A credential is read anew each time: it is a file, and may have changed together with its key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kopir.bridge.config import credentials_folder
from kopir.signing.errors import PassphraseError
from kopir.signing.passphrases import parse_passphrase_source

if TYPE_CHECKING:
    from pathlib import Path

    from kopir.bridge.config import KeyPair
    from kopir.signing.passphrases import PassphraseSource


class Passphrases:
    """What was typed or came through a descriptor, by key file."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Path], bytes] = {}
        self._may_ask = True

    def stop_asking(self) -> None:
        """From now on have only what is known already: a question would hold up the whole node."""
        self._may_ask = False

    def source(self, pair: KeyPair) -> PassphraseSource | None:
        """Return where the passphrase of a key comes from, None if it has none."""
        text = pair.key_passphrase
        if text is None:
            return None
        ask = parse_passphrase_source(text, credentials=credentials_folder())
        if text.startswith("credential:"):
            return ask
        place = (text, pair.key)

        def remembered(sentence: str) -> bytes:
            if place not in self._known:
                if not self._may_ask:
                    msg = f"the passphrase of {pair.key} cannot be had while the node runs: restart it"
                    raise PassphraseError(msg)
                self._known[place] = ask(sentence)
            return self._known[place]

        return remembered
