"""Names of data types, as item definitions write them, and the FEEL types that they mean."""

from collections.abc import Mapping

_NUMBERS = (
    "int integer long short byte decimal double float number bigdecimal biginteger nonnegativeinteger positiveinteger "
    "unsignedint unsignedlong"
)
_DAYS, _MONTHS, _INSTANT = "days and time duration", "years and months duration", "date and time"

_TYPES: Mapping[str, str] = {
    **dict.fromkeys(("string", "normalizedstring", "token", "anyuri", "text"), "string"),
    **dict.fromkeys(("boolean", "bool"), "boolean"),
    **dict.fromkeys(_NUMBERS.split(" "), "number"),
    "date": "date",
    "time": "time",
    **dict.fromkeys(("datetime", _INSTANT), _INSTANT),
    # An XML duration may be of either FEEL kind; time limits are what processes hold.
    **dict.fromkeys(("duration", "daytimeduration", _DAYS), _DAYS),
    **dict.fromkeys(("yearmonthduration", _MONTHS), _MONTHS),
}
"""Names of XML Schema, Java and FEEL, in small letters → the FEEL type."""


def feel_type(name: str | None) -> str:
    """The FEEL type of `xsd:string`, `java.lang.Integer`, `date` …; empty for a structure that FEEL has no name for."""
    return _TYPES.get((name or "").rsplit(":", 1)[-1].rsplit(".", 1)[-1].lower(), "")
