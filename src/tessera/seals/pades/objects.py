"""Look an entry of a PDF dictionary up, wherever it stands.

An entry may be a reference to another object; `get` of pyHanko's dictionaries returns the
reference itself, so that a name behind one would not be seen.

Source: ISO 32000-2 clause 7.3.10 (indirect objects).
"""

from __future__ import annotations

from typing import Any


def value_of(dictionary: Any, key: str, default: Any = None) -> Any:
    """Return what stands under a key, or behind the reference that stands there."""
    return dictionary[key] if key in dictionary else default  # noqa: SIM401 - see above
