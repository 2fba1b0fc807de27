"""What is done by `manage.py`: the first operator, the key for sign-in, the statement about this portal."""
