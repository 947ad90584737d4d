"""Commands of `ip` and `nft`, each as a named step."""

import subprocess
from collections.abc import Iterable, Sequence


class NetworkError(Exception):
    """A step of building the network failed; the message is one line."""


def run(step: str, command: Sequence[str], given: str = "") -> None:
    """Run a command with `given` on its standard input. Raises NetworkError."""
    try:
        subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    except subprocess.CalledProcessError as error:
        said = " ".join(error.stderr.split()) or f"exit code {error.returncode}"
        raise NetworkError(f"cannot {step}: {said}") from None
    except FileNotFoundError:
        raise NetworkError(f"cannot {step}: there is no {command[0]}") from None


def ip(step: str, lines: Iterable[str], namespace: str = "") -> None:
    """Run commands of `ip` in a namespace, by default the current one."""
    within = ["-n", namespace] if namespace else []
    run(step, ["ip", *within, "-batch", "-"], "\n".join(lines) + "\n")


def nft(step: str, rules: str, namespace: str) -> None:
    """Add nftables rules in a namespace."""
    run(step, ["ip", "netns", "exec", namespace, "nft", "-f", "-"], rules)
