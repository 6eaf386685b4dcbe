"""The component binary format in pure Python: reading types, comparing them; nothing is compiled."""
