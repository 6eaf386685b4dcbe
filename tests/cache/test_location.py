"""Where the cache and its secret lie, on each platform."""

from __future__ import annotations

import pytest

from wasm_link.cache import cache_directory, secret_file

HOME = {"HOME": "/home/u"}


@pytest.mark.parametrize(
    ("environ", "platform", "directory", "secret"),
    [
        (HOME, "linux", "/home/u/.cache/wasm-link", "/home/u/.config/wasm-link/cache-secret"),
        (
            HOME,
            "darwin",
            "/home/u/Library/Caches/wasm-link",
            "/home/u/Library/Application Support/wasm-link/cache-secret",
        ),
        (
            {**HOME, "XDG_CACHE_HOME": "/x/cache", "XDG_CONFIG_HOME": "/x/config"},
            "linux",
            "/x/cache/wasm-link",
            "/x/config/wasm-link/cache-secret",
        ),
        (
            {**HOME, "LOCALAPPDATA": "/l", "APPDATA": "/r"},
            "win32",
            "/l/wasm-link",
            "/r/wasm-link/cache-secret",
        ),
        (
            {**HOME, "WASM_LINK_CACHE_DIR": "/c", "WASM_LINK_CACHE_SECRET_FILE": "/s"},
            "linux",
            "/c",
            "/s",
        ),
    ],
    ids=["linux", "macos", "xdg", "windows", "chosen"],
)
def test_each_platform_has_its_place(environ: dict[str, str], platform: str, directory: str, secret: str) -> None:
    """The user's choice comes first, then what the platform says."""
    assert cache_directory(environ, platform) == directory
    assert secret_file(environ, platform) == secret


@pytest.mark.parametrize("value", ["", "relative/path"])
def test_an_empty_or_relative_base_directory_is_ignored(value: str) -> None:
    """As the XDG base directory specification wants it."""
    assert cache_directory({**HOME, "XDG_CACHE_HOME": value}, "linux") == "/home/u/.cache/wasm-link"


def test_a_user_without_a_home_has_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not even the user database knows a home, there is no directory rather than one in the wrong place."""
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    assert cache_directory({}, "linux") is None
    assert secret_file({}, "linux") is None
