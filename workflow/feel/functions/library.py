"""All built-in functions by name."""

from workflow.feel.functions import contexts, conversions, lists, numbers, ranges, strings
from workflow.feel.functions.registry import Builtin

BUILTINS: dict[str, Builtin] = {
    name: builtin
    for module in (contexts, conversions, lists, numbers, ranges, strings)
    for name, builtin in module.LIBRARY.items()
}
