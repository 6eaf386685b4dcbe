"""Link WebAssembly components into a plugin tree from one declarative linkfile."""

__version__ = "0.1.0"
