"""The engine and the rules of the application. It knows no web.

Each folder states its own rule in its `__init__`; who may import whom stands in `pyproject.toml` and is checked.
"""
