"""How many random examples the tests here try: a few by default, WASM_LINK_EXAMPLES of them where that is set."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "component",
    max_examples=int(os.environ.get("WASM_LINK_EXAMPLES", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
