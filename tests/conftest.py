"""Fixtures that every test may ask for; each lives in the module that knows its subject."""

pytest_plugins = ["tests.support.postgres", "tests.support.chromium", "tests.support.house"]
