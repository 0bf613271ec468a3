"""Values that an operator writes as a JSON object."""

import json
from decimal import Decimal
from typing import Any

from workflow.errors import N_, InvalidInput

_LARGEST_EXPONENT = 100
_NO_OBJECT = N_("Enter the values as a JSON object, such as %(example)s.")


def json_object(text: str) -> dict[str, Any]:
    """Return the object. Raises `InvalidInput` for anything else, an empty one included."""
    try:
        found: Any = json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_number)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(_NO_OBJECT, example='{"x": 1}') from error
    if not isinstance(found, dict) or not found:
        raise InvalidInput(_NO_OBJECT, example='{"x": 1}')
    return found


def _number(text: str) -> Decimal:
    """A number of a size that a case can have. Raises ValueError, for those that JSON does not know too."""
    value = Decimal(text)
    if not value.is_finite() or abs(value.adjusted()) > _LARGEST_EXPONENT:
        raise ValueError(text)
    return value
