"""What the libraries raise when certificates, CRLs or timestamps were made to confuse them.

`cryptography` and asn1crypto have no common exception: besides `ValueError` the former raises
classes that derive from `Exception` alone, and the latter lets through whatever its own code
runs into. Who parses what strangers wrote catches all of these, in one place each.

Source: house rule (DESIGN section 7: hostile input never crashes); the classes are those of
`cryptography.exceptions` and `cryptography.x509`.
"""

from __future__ import annotations


def x509_faults(*more: type[Exception]) -> tuple[type[Exception], ...]:
    """Return the exceptions, and more of the caller's own, for an `except` clause.

    A wrong signature is among them; MemoryError and what ends a program are not.
    """
    from cryptography import exceptions, x509

    return (
        ValueError, TypeError, LookupError, AttributeError, ArithmeticError,
        RecursionError, NotImplementedError,
        x509.AttributeNotFound, x509.DuplicateExtension, x509.ExtensionNotFound,
        x509.InvalidVersion, x509.UnsupportedGeneralNameType,
        exceptions.InternalError, exceptions.InvalidKey, exceptions.InvalidSignature,
        exceptions.UnsupportedAlgorithm, *more,
    )  # fmt: skip
