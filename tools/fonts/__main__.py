"""`make fonts`: make the fonts of the share pictures, for example after a quote with a new kanji.

The whole fonts come from npm at the versions in package-lock.json.
"""

import sys
from pathlib import Path

from ishizue_ops.node import NpmError, installed
from kirosample.web.drawing.faces import JAPANESE_FONT, WESTERN_FONT
from tools.fonts import subset


def main() -> int:
    try:
        packages = installed(Path(__file__).parent) / "@expo-google-fonts"
    except NpmError as error:
        print(error, file=sys.stderr)
        return 1
    failed = 0
    japanese = packages / "noto-serif-jp/500Medium/NotoSerifJP_500Medium.ttf"
    western = packages / "eb-garamond/500Medium/EBGaramond_500Medium.ttf"
    for file, source, make in (
        (JAPANESE_FONT, japanese, subset.japanese),
        (WESTERN_FONT, western, subset.western),
    ):
        content, missing = make(source)
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
