"""`python -m wasm_link` is `wasm-link`."""

from wasm_link.cli import main

if __name__ == "__main__":
    main()
