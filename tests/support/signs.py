"""Unicode's awkward signs: what some place or other cannot carry."""

AWKWARD = {
    "NUL": "\0",
    "start of heading": "\x01",
    "backspace": "\x08",
    "vertical tab": "\x0b",
    "escape": "\x1b",
    "unit separator": "\x1f",
    "delete": "\x7f",
    "next line": "\x85",
    "string terminator": "\x9c",
    "no-break space": "\xa0",
    "soft hyphen": "\xad",
    "arabic letter mark": "\u061c",
    "zero width space": "\u200b",
    "zero width joiner": "\u200d",
    "right-to-left mark": "\u200f",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "right-to-left override": "\u202e",
    "first strong isolate": "\u2068",
    "byte order mark": "\ufeff",
    "high surrogate": "\ud800",
    "low surrogate": "\udfff",
    "private use": "\ue000",
    "noncharacter FDD0": "\ufdd0",
    "noncharacter FFFE": "\ufffe",
    "noncharacter FFFF": "\uffff",
    "noncharacter 1FFFE": "\U0001fffe",
    "noncharacter 10FFFF": "\U0010ffff",
    "language tag": "\U000e0001",
    "beyond the first plane": "\U0001f600",
    "carriage return": "\r",
    "line feed": "\n",
    "tab": "\t",
}
STORABLE = {name: sign for name, sign in AWKWARD.items() if sign not in ("\0", "\ud800", "\udfff")}
"""Those that a payload may hold, as older records may."""
EVERYTHING = "a" + "b".join(AWKWARD.values()) + "z"
ALL_STORABLE = "a" + "b".join(STORABLE.values()) + "z"
