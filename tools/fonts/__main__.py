"""`make fonts`: make the fonts of the share pictures, for example after a quote with a new kanji.

The whole fonts come from npm at the versions in package-lock.json.
"""

import sys
from pathlib import Path

from ishizue_ops.node import NpmError, installed
from tools.fonts import subset


def main() -> int:
    try:
        packages = installed(Path(__file__).parent) / "@expo-google-fonts"
    except NpmError as error:
        print(error, file=sys.stderr)
        return 1
    failed = 0
    for make, source in (
        (subset.japanese, packages / "noto-serif-jp/500Medium/NotoSerifJP_500Medium.ttf"),
        (subset.western, packages / "eb-garamond/500Medium/EBGaramond_500Medium.ttf"),
    ):
        files, missing = make(source)
        for file, content in files.items():
            changed = not file.exists() or file.read_bytes() != content
            if changed:
                file.write_bytes(content)
            print(f"{file.name}: {len(content):,} bytes, {'written' if changed else 'unchanged'}")
        if missing:
            failed = 1
            print(f"not in {source.name}: {''.join(sorted(missing))}", file=sys.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(main())
