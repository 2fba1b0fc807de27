"""The exchange protocols, sans-IO: names, messages, dialects, rights, records, evidence. Bytes in, events out.

No clock, no randomness, no sockets and no keys: they are arguments, so every rule here can be tested by a table.
"""
