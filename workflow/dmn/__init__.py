"""DMN decision models: reading the XML, decision tables and boxed expressions, evaluation with an explanation.

The expression language itself lives in `workflow.feel`. For publishing use `workflow.dmn.model.load`, which is strict.
"""

from workflow.dmn.model import load_leniently as load

__all__ = ["load"]
