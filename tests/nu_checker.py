"""The Nu Html Checker."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ishizue_ops.node import installed

OLDEST_JAVA = 17

_LOCKED_IN = Path(__file__).parent / "browser"


def java_and_checker() -> tuple[str, str]:
    """Java and the checker's archive; skips the test without a Java that is recent enough."""
    java = shutil.which("java")
    if java is None:
        pytest.skip("no Java on this machine for the Nu Html Checker")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=True).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) < OLDEST_JAVA:
        pytest.skip(f"the Nu Html Checker needs Java {OLDEST_JAVA} or later")
    return java, str(installed(_LOCKED_IN) / "vnu-jar" / "build" / "dist" / "vnu.jar")
