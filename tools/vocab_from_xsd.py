"""Bring `src/tessera/vocab/data` up to date with a newer set of official ELM code lists.

    python tools/vocab_from_xsd.py FOLDER      folder with the XSDs (xsd/loq/cv)
    python tools/vocab_from_xsd.py --rehash    only renew the hashes in SOURCES.toml

1. Keep our codes, aliases and other columns of every IRI that stays.
2. Add new IRIs with a code made from the IRI or the label, and say so: a person
   chooses a better code, fills the other columns and looks at the tests.
3. Report IRIs that vanished; never delete them, old credentials use them.
4. Renew labels and the sha256 lines. Version and date in SOURCES.toml are yours.
"""

from __future__ import annotations

import csv
import hashlib
import re
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from pathlib import Path

VOCAB = Path(__file__).parents[1] / "src" / "tessera" / "vocab"
XS = "{http://www.w3.org/2001/XMLSchema}"


def official(path: Path) -> dict[str, str]:
    """Read IRI and English label ("" if none) of each enumeration of a code list."""
    labels = {}
    for value in ElementTree.parse(path).getroot().iter(f"{XS}enumeration"):
        text = value.findtext(f"{XS}annotation/{XS}documentation") or ""
        labels[value.get("value", "")] = " ".join(text.split())
    return labels


def code_for(iri: str, label: str) -> str:
    """Make a first code: the end of the IRI, or the label where that is a hash."""
    last = iri.rsplit("/", 1)[-1]
    if re.fullmatch(r"(c_)?[0-9a-f]{8,10}", last):
        return re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")
    return last


def refresh(file: Path, labels: dict[str, str], known: set[str]) -> None:
    """Rewrite one csv; `known` are the IRIs that another file of the same XSD holds."""
    with file.open(encoding="utf-8", newline="") as lines:
        table = csv.DictReader(lines)
        columns = list(table.fieldnames or ())
        rows = list(table)
    for row in rows:
        if row["iri"] in labels:
            row["label_en"] = labels[row["iri"]]
        else:
            print(f"{file.name}: not in the official list: {row['iri']}")
    for iri in labels.keys() - {row["iri"] for row in rows} - known:
        row = dict.fromkeys(columns, "") | {"iri": iri, "label_en": labels[iri]}
        row["code"] = code_for(iri, labels[iri])
        rows.append(row)
        print(f"{file.name}: new, complete it by hand: {row['code']} {iri}")
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def rehash() -> None:
    """Write the sha256 of each csv into SOURCES.toml."""
    path = VOCAB / "SOURCES.toml"
    text = path.read_text(encoding="utf-8")
    for row in tomllib.loads(text)["source"]:
        digest = hashlib.sha256((VOCAB / "data" / row["file"]).read_bytes()).hexdigest()
        text = text.replace(row["sha256"], digest)
    path.write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Run from the command line; returns the exit code."""
    if len(arguments) != 1:
        print(__doc__)
        return 64
    if arguments[0] != "--rehash":
        sources = tomllib.loads((VOCAB / "SOURCES.toml").read_text(encoding="utf-8"))["source"]
        held: dict[str, set[str]] = {}
        for row in sources:
            with (VOCAB / "data" / row["file"]).open(encoding="utf-8", newline="") as lines:
                iris = {line["iri"] for line in csv.DictReader(lines)}
            held.setdefault(row.get("xsd", ""), set()).update(iris)
        for row in sources:
            if "xsd" in row:
                labels = official(Path(arguments[0]) / row["xsd"])
                refresh(VOCAB / "data" / row["file"], labels, held[row["xsd"]])
    rehash()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
