"""How many random examples the properties of the engine try: a few by default, many with PROPERTIES=deep (and pytest's --timeout=3600)."""

import os

from hypothesis import HealthCheck, settings

FACTOR = 40 if os.environ.get("PROPERTIES") == "deep" else 1


def examples(count: int) -> settings:
    """`count` examples, or many times as many in the deep profile."""
    return settings(
        max_examples=count * FACTOR,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
