"""`make image-check`: build the image and run it as ECS does; exit 1 unless every check holds."""

import os
import shutil
import subprocess
import sys
import traceback
from pathlib import Path

from infra.product import PRODUCT
from tools.image.checks import CHECKS
from tools.image.store import IMAGE, make_base, store
from tools.image.task import Image
from tools.tls_postgres import PASSWORD, TlsPostgres, tls_postgres

_ROOT = Path(__file__).parent.parent.parent


def main() -> int:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print("image-check needs root on Debian, for namespaces and a base image")
        return 1
    os.chdir(_ROOT)
    subprocess.run([".ci/install", "image"], check=True)
    failed = 0
    with store() as images, tls_postgres() as postgres:
        print("Making a stand-in for the base image…", flush=True)
        make_base(images, _ROOT / "Dockerfile")
        print("Building the image…", flush=True)
        images.build(_ROOT)
        with images.container(IMAGE) as (_, root):
            database = postgres.settings()
            del database["KIROSAMPLE_DB_PASSWORD"]
            image = Image(root, images.configuration(), database, _secrets(postgres))
            for check in CHECKS:
                try:
                    print(f"holds   {check.__doc__} {check(image)}", flush=True)
                except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
                    failed += 1
                    line = traceback.extract_tb(error.__traceback__)[-1].line
                    print(f"FAILED  {check.__doc__} {str(error) or line}", flush=True)
    return 1 if failed else 0


def _secrets(postgres: TlsPostgres) -> Path:
    """A folder with a task's secrets, removed with the server's."""
    folder = postgres.root.parent / "secrets"
    folder.mkdir()
    shutil.copy(postgres.root, folder / "root.pem")
    (folder / "password").write_text(PASSWORD)
    for secret in PRODUCT.secrets:
        (folder / secret.setting).write_text("a secret for image-check and nothing else")
    return folder


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        print(f"{error}\n{error.stdout or ''}{error.stderr or ''}", file=sys.stderr)
        sys.exit(1)
