"""The `python` blocks of the documentation."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, examples, matches

WITH_PYTHON = [page for page in PAGES if any(examples(page, "python"))]


@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda page: page.name)
def test_python_blocks_run_and_print_what_is_shown(page: Path, checkout: Path) -> None:
    """They run one after another in one namespace, in the top folder of a checkout."""
    namespace: dict[str, object] = {"__name__": page.stem}
    for example in examples(page, "python"):
        # Empty lines before the code give its lines the numbers that they have in the page.
        source = "\n" * example.code.line + example.code.text
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(compile(source, str(page), "exec"), namespace)
        shown = example.output or ""
        assert matches(shown, printed.getvalue()), f"{example.code} prints\n{printed.getvalue()}"
