"""The only place that imports wasmtime: configuration, compiling, stores, calls and values."""
