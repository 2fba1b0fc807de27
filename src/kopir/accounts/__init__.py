"""People: sign-in, second factors, sessions, roles within a body, national identifiers."""
