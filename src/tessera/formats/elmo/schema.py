"""The official XML Schema of ELMO 1.7, compiled from the official files without a fetch.

Source: EMREX ELMO 1.7, schema.xsd and what it imports.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tessera.errors import StandardsError
from tessera.standards.xmltext import XmlRefused, tree

if TYPE_CHECKING:
    from tessera.standards.locate import Library

FILE = "elmo/schema.xsd"
# Where the schema says its imports are → the official file, or what stands in for it.
_RAW = "https://raw.githubusercontent.com/"
IMPORTS = {
    f"{_RAW}emrex-eu/elmo-schemas/v1/references/xmldsig-core-schema.xsd": (
        "elmo/xmldsig-core-schema.xsd"
    ),
    f"{_RAW}emrex-eu/elmo-schemas/v1/references/EUROPASS_ISOCountries_V1.1.xsd": (
        "elmo/EUROPASS_ISOCountries_V1.1.xsd"
    ),
}
# The one attribute of `xml:` that ELMO uses.
_XML_ATTRIBUTES = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
 targetNamespace="http://www.w3.org/XML/1998/namespace">
 <xs:attribute name="lang" type="xs:language"/>
</xs:schema>"""
# An address that may hold anything: the schema of it is not among the official files.
_ADDRESS = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace=
"https://github.com/erasmus-without-paper/ewp-specs-types-address/tree/stable-v1">
 <xs:complexType name="FlexibleAddress" mixed="true"><xs:sequence>
  <xs:any minOccurs="0" maxOccurs="unbounded" processContents="skip"/>
 </xs:sequence></xs:complexType>
</xs:schema>"""
_STAND_INS = {
    "http://www.w3.org/2001/03/xml.xsd": _XML_ATTRIBUTES,
    f"{_RAW}erasmus-without-paper/ewp-specs-types-address/stable-v1/schema.xsd": _ADDRESS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaResult:
    """Lines and reasons of what differs; None with a reason when nothing was checked."""

    errors: tuple[tuple[int, str], ...] | None = None
    reason: str = ""


def violations(document: bytes, library: Library) -> SchemaResult:
    """Hold a document against the schema.

    Raises: StandardsError when an official file is missing or another one.
    """
    texts = tuple(library.read(name) for name in (FILE, *IMPORTS.values()))
    try:
        schema = _compiled(texts)
        root = tree(document)
    except ImportError:
        return SchemaResult(reason="It needs lxml: pip install 'tessera[trust]'.")
    except XmlRefused as error:
        return SchemaResult(errors=((0, str(error)),))
    if schema.validate(root):
        return SchemaResult(errors=())
    return SchemaResult(
        errors=tuple((one.line, one.message) for one in list(schema.error_log)[:1_000])
    )


@lru_cache(maxsize=2)
def _compiled(texts: tuple[bytes, ...]) -> Any:
    """Compile the schema from the texts of `FILE` and `IMPORTS`, in their order."""
    from lxml import etree

    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
    known = {**dict(zip(IMPORTS, texts[1:], strict=True)), **_STAND_INS}

    class Memory(etree.Resolver):  # type: ignore[misc]
        def resolve(self, url: str, _id: str, context: Any) -> Any:
            return self.resolve_string(known.get(url, b"<none/>"), context, base_url=url)

    parser.resolvers.add(Memory())
    try:
        return etree.XMLSchema(etree.fromstring(texts[0], parser))
    except etree.LxmlError as error:
        raise StandardsError(
            f"The official schema of ELMO cannot be used: {str(error)[:200]}. Run 'tessera "
            "standards install' again."
        ) from error
