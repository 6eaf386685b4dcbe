"""Try the built wheel in an environment of its own, with the checkout out of the way: `python tests/wheel.py DIST`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
SCHEMA = "linkfile.schema.json"


def main(dist: Path) -> None:
    """Install the one wheel of a folder, and do with it what a user does. Raises where something is not right."""
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        assert archive.read(f"wasm_link/{SCHEMA}") == (ROOT / SCHEMA).read_bytes(), "the wheel's schema is another"
    for wanted in ("wasm_link/py.typed", "wasm_link/diagnostics/explanations/WL001.md"):
        assert wanted in names, f"{wanted} is not in the wheel"
    assert not [name for name in names if name.startswith(("tests/", "bench/", "samples/"))], "more than the package"
    with tempfile.TemporaryDirectory() as folder:
        _try(wheel.resolve(), Path(folder))
    print(f"{wheel.name}: installs, and works without the checkout")


def _try(wheel: Path, folder: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment["WASM_LINK_CACHE_DIR"] = str(folder / "cache")

    def run(*command: str | Path) -> str:
        return subprocess.run(
            command, cwd=folder, env=environment, check=True, text=True, stdout=subprocess.PIPE
        ).stdout

    run(sys.executable, "-m", "venv", "venv")
    binaries = folder / "venv" / "bin"
    run(binaries / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    program = binaries / "wasm-link"
    assert run(program, "--version").startswith("wasm-link ")
    assert run(program, "schema") == (ROOT / SCHEMA).read_text(encoding="utf-8"), "another schema is printed"
    assert "cycle" in run(program, "explain", "WL207")
    run(program, "init", "starter")
    run(program, "validate", "starter")
    assert "built" in run(program, "build", "starter")
    assert "2 cached" in run(program, "build", "starter")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
