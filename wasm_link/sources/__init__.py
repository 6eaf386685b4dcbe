"""From a source spec to component bytes and their digest; one module a kind of source."""
