"""FEEL, the expression language of DMN: parsing, evaluation, values and built-in functions.

What a decision model is (tables, boxed expressions, services) lives in `workflow.dmn`; process variables live in the engine.
"""

from workflow.feel.expression import evaluate

__all__ = ["evaluate"]
