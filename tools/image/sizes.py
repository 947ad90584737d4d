"""The size of the image by package, for docs/image.md."""

import gzip
import importlib.metadata
import io
import tarfile
from dataclasses import dataclass
from pathlib import Path

_OTHERS_BELOW = 500_000


@dataclass(frozen=True, slots=True)
class Sizes:
    """The bytes that the build adds to its base: `parts` on disk, `packed` to pull."""

    parts: dict[str, int]
    packed: int

    @property
    def unpacked(self) -> int:
        return sum(self.parts.values())


def measure(root: Path) -> Sizes:
    """Measure a container's root folder."""
    (packages,) = root.glob("app/lib/python*/site-packages")
    parts: dict[str, int] = {}
    for found in importlib.metadata.distributions(path=[str(packages)]):
        files = [Path(str(found.locate_file(file))) for file in found.files or ()]
        parts[f"{found.name} {found.version}"] = sum(f.stat().st_size for f in files if f.exists())
    everything = sum(f.lstat().st_size for f in (root / "app").rglob("*") if f.is_file())
    parts["the environment itself"] = everything - sum(parts.values())
    compiled = list(root.glob("usr/lib/python3*/**/*.pyc"))
    parts["bytecode of the standard library"] = sum(file.stat().st_size for file in compiled)
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb") as packed:  # noqa: SIM117  (one feeds the other)
        with tarfile.open(fileobj=packed, mode="w") as archive:
            archive.add(root / "app", "app")
            for file in compiled:
                archive.add(file, str(file.relative_to(root)))
    return Sizes(parts, len(buffer.getvalue()))


def document(base: str, sizes: Sizes, seen: dict[str, str]) -> str:
    large = {name: size for name, size in sizes.parts.items() if size >= _OTHERS_BELOW}
    small = sizes.unpacked - sum(large.values())
    rows = sorted(large.items(), key=lambda row: -row[1])
    rows.append((f"{len(sizes.parts) - len(large)} smaller packages", small))
    table = "\n".join(f"| {name} | {size / 1e6:.1f} |" for name, size in rows)
    checks = "\n".join(f"- {title} *{saw}*" for title, saw in seen.items())
    return f"""\
# Image

Written by `make image-check`, which builds the [Dockerfile](../Dockerfile) and runs the image as
ECS does: as PID 1, as its own user without capabilities, on a read-only root file system.

## Checks

{checks}

## Size

The build adds **{sizes.packed / 1e6:.1f} MB** compressed to its base, {sizes.unpacked / 1e6:.1f} MB
unpacked, bytecode included:

| | MB |
|---|---:|
{table}

## Limits

The base here is a stand-in for `{base}`, built from Debian's own Python on the same Debian release
because no image registry was available. It replaces the Dockerfile's first `FROM`, which names the
base by its digest, and nothing else. So the size of the base is unknown.
"""
