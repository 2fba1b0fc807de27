"""The tags of the room's templates: `{% load bodies %}`."""
