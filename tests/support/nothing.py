"""Texts that look empty to whoever reads them."""

NOTHING_TO_SEE = (
    "",
    " ",
    "\u200b",
    "\u202e",
    "\ufffe",
    "\ufffd",
    "\u3164",
    "\u00ad",
    "\u2800",
    "\u115f\u1160",
    "\uffa0",
    "\u2060\ufeff",
    "\u0301",
    "\u034f",
    "\ufe0f",
    "\ufffc",
    "\U000e0041",
    "\ue000",
    "\u00a0\u3000\u2028",
)
