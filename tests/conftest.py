"""Fixtures that every test may ask for; each lives in the module that knows its subject.

Properties try the same examples at every run, so that a red run is red for everybody; PROPERTIES=deep draws new ones.
"""

import os

from hypothesis import settings

pytest_plugins = ["tests.support.postgres", "tests.support.chromium", "tests.support.house"]

settings.register_profile("steady", derandomize=True)
if os.environ.get("PROPERTIES") != "deep":
    settings.load_profile("steady")
