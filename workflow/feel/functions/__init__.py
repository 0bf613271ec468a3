"""The built-in functions of FEEL, one module a subject; `registry.py` says how one is declared, `library.py` gathers them.

Function literals and how calls work live in `workflow.feel.calls`.
"""
