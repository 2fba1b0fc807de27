"""The ground floor of the portal: errors, clock, actors, events, registries, background jobs, texts in languages.

Doors: every module. It knows no other room of the portal; what must go upward goes through its registries and events.
"""
