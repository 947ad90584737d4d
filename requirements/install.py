"""Run `pip install` in this environment, with a line of progress instead of pip's hundreds.

    .venv/bin/python requirements/install.py PIP OPTIONS

pip, since uv does not read pip's settings (index, proxy, certificates). Bytecode is left to the
first import: aws-cdk-lib has 183 MB of source, of which little is imported.
"""

import subprocess
import sys
from collections.abc import Sequence

INSTALL = ("-m", "pip", "--disable-pip-version-check", "install", "--no-compile", "--no-deps")
EVERY = 10
"""Packages per line of progress when the output is not a terminal."""


def install(options: Sequence[str]) -> int:
    """pip's exit code. Its output is shown if it fails."""
    command = [sys.executable, *INSTALL, "--progress-bar=off", *options]
    output: list[str] = []
    packages = 0
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        for line in pip.stdout or ():
            output.append(line)
            if line.startswith("Collecting "):
                packages += 1
                if sys.stdout.isatty():
                    print(f"\r  {packages} packages fetched", end="", flush=True)
                elif packages % EVERY == 0:
                    print(f"  {packages} packages fetched", flush=True)
            elif line.startswith("Installing collected packages: ") and packages:
                start = "\r" if sys.stdout.isatty() else ""
                print(f"{start}  {packages} packages fetched, installing them", flush=True)
    if pip.returncode:
        print("\n" + "".join(output[-20:]), end="", file=sys.stderr)
    return pip.returncode


if __name__ == "__main__":
    try:
        sys.exit(install(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
