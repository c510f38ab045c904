"""`python -m tests.cases MANIFEST.json [--format F]... [--json]`: judge a collection of cases.

Exit code 0 when every case that can be judged is as expected, 1 when one is not.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from tessera.standards.locate import installed_library
from tests.cases.harness import run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.cases", description=__doc__)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--format", action="append", default=[], dest="formats")
    parser.add_argument("--json", action="store_true", dest="as_json")
    wishes = parser.parse_args()
    counts: Counter[str] = Counter()
    library = installed_library()
    if library is None and not wishes.as_json:
        print("The official files are not installed: our own structural check decides alone.")
    for one in run(wishes.manifest, library, tuple(wishes.formats)):
        state = {True: "as expected", False: "NOT AS EXPECTED", None: "not judged"}[one.as_expected]
        counts[state] += 1
        if wishes.as_json:
            print(json.dumps(one.to_json()), flush=True)
        elif one.as_expected is not True:
            print(f"{one.id}: {state} (expected {one.expected}; {one.step}: {one.rule}; {one.why})")
    if not wishes.as_json:
        print(", ".join(f"{number} {state}" for state, number in sorted(counts.items())))
    return 1 if counts["NOT AS EXPECTED"] else 0


if __name__ == "__main__":
    sys.exit(main())
