"""How languages write dates and numbers, where Django has no rules for them or not those of official letters."""
