"""What the stand shows: small services with real data behind nodes. Nothing imports it; production leaves it off."""
