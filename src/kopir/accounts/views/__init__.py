"""The pages of the room: `entrance` is allauth's way in, `own` one's own account, `people` the administration."""
