"""How pages are drawn: what Jinja is given by this house, and pieces that are drawn once for the same facts."""
