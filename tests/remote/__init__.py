"""A small remote seal service that really signs, for tests; and tests against it."""
