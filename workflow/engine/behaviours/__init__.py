"""How each kind of element behaves, all with the same hooks; `elements` is the one table.

Not here: how tokens move between nodes (`workflow.engine.tokens`) and what a command asks (`decide`, `operations`).
"""
