"""`wasm-link schema`."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from wasm_link.cli.app import app
from wasm_link.linkfile.schema import schema_text


def test_the_schema_goes_to_standard_output() -> None:
    """The very text that is published."""
    result = CliRunner().invoke(app, ["schema"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["title"].startswith("wasm-link linkfile")
    assert result.stdout == schema_text().rstrip("\n") + "\n"


def test_the_schema_can_be_written_to_a_file(tmp_path: Path) -> None:
    """What was there is replaced: the file is made by us."""
    target = tmp_path / "linkfile.schema.json"
    target.write_text("old")
    result = CliRunner().invoke(app, ["schema", "--output", str(target)])
    assert result.exit_code == 0
    assert target.read_text(encoding="utf-8") == schema_text()
    assert (result.stdout, result.stderr) == ("", f"wrote {target}\n")


def test_a_file_that_cannot_be_written_is_a_failure(tmp_path: Path) -> None:
    """One sentence with the system's reason."""
    result = CliRunner().invoke(app, ["schema", "--output", str(tmp_path / "no" / "where.json")])
    assert result.exit_code == 1
    assert "No such file or directory" in str(result.exception)
