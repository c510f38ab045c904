"""Does a list follow the official XML Schema of TS 119 612 V2.4.1?

The three files of ETSI are official files (`tessera standards install`). What they build
on comes from signxml (XML Signature and XAdES, as published) and, for the two attributes
of `xml:` that lists use, from the few lines here; nothing is fetched.
Source: ETSI TS 119 612 V2.4.1 annex C.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from tessera.errors import StandardsError
from tessera.report import Finding
from tessera.standards.locate import Library

FILES = {
    "http://uri.etsi.org/02231/v2#": "etsi/trusted-list/ts_119612v020401_xsd.xsd",
    "http://uri.etsi.org/02231/v2/additionaltypes#": (
        "etsi/trusted-list/ts_119612v020401_additionaltypes_xsd.xsd"
    ),
    "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#": (
        "etsi/trusted-list/ts_119612v020401_sie_xsd.xsd"
    ),
}
_VERSION = 6  # of TSLVersionIdentifier, what V2.4.1 of the specification writes
_SOURCE = "ETSI TS 119 612 V2.4.1 annex C"
_XML_ATTRIBUTES = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
 targetNamespace="http://www.w3.org/XML/1998/namespace">
 <xs:attribute name="lang" type="xs:language"/>
 <xs:attribute name="space" type="xs:NCName"/>
 <xs:attribute name="base" type="xs:anyURI"/>
</xs:schema>"""


def schema_findings(root: Any, version: int | None, library: Library | None) -> list[Finding]:
    """Hold a list (lxml root) against the official schema; INDETERMINATE where it is not here.

    version: TSLVersionIdentifier. A list of an earlier version that differs is not
    FAILED: it follows a schema that is not among the official files.
    """
    if library is None or not all(library.has(name) for name in FILES.values()):
        return [
            Finding.indeterminate(
                "list.schema.not-installed",
                "The form of the list was not checked, because the official schema is not "
                "installed. Run: tessera standards install.",
                source="house rule",
            )
        ]
    try:
        validator = _schema(tuple(library.read(name) for name in FILES.values()))
    except StandardsError as error:
        return [Finding.indeterminate("list.schema.not-installed", str(error), source="house rule")]
    if validator.validate(root):
        return [
            Finding.passed(
                "list.schema", "The list follows the official schema (V2.4.1).", source=_SOURCE
            )
        ]
    first = validator.error_log[0]
    evidence = {"line": first.line, "reason": first.message[:300]}
    if version is not None and version < _VERSION:
        return [
            Finding.indeterminate(
                "list.schema.version",
                f"The list is of version {version}, and differs from the schema of version "
                f"{_VERSION}, the only one that is here.",
                evidence=evidence,
                source=_SOURCE,
            )
        ]
    return [
        Finding.failed(
            "list.schema",
            f"The list does not follow the official schema (line {first.line}).",
            evidence=evidence,
            source=_SOURCE,
        )
    ]


@lru_cache(maxsize=2)
def _schema(files: tuple[bytes, ...]) -> Any:
    """Compile the schema from the texts of `FILES`, in their order."""
    from lxml import etree

    texts = dict(zip(FILES, files, strict=True))
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    parser.resolvers.add(_resolver(etree, texts))
    imports = "".join(
        f'<xs:import namespace="{space}" schemaLocation="memory:{position}"/>'
        for position, space in enumerate(texts)
    )
    front = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>'
    return etree.XMLSchema(etree.fromstring(front.encode(), parser))


def _resolver(etree: Any, texts: dict[str, bytes]) -> Any:
    """Return a resolver that answers every address from memory, and none from elsewhere."""
    signatures = resources.files("signxml")
    own = list(texts.values())
    xades = signatures.joinpath("xades/schemas/XAdES01903v132-201601.xsd").read_bytes()
    dsig = signatures.joinpath("schemas/xmldsig-core-schema.xsd").read_bytes()
    known = {
        "xml.xsd": _XML_ATTRIBUTES,
        "xmldsig-core-schema.xsd": dsig,
        "XAdES01903v132-201601.xsd": xades,
        "19612_xsd.xsd": own[0],
    }

    class Memory(etree.Resolver):  # type: ignore[misc]
        def resolve(self, url: str, _id: str, context: Any) -> Any:
            if url.startswith("memory:"):
                return self.resolve_string(own[int(url[7:])], context, base_url=url)
            return self.resolve_string(known.get(Path(url).name, b"<none/>"), context, base_url=url)

    return Memory()
