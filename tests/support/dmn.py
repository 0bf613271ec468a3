"""Decision models for tests, written in a few words."""

from xml.sax.saxutils import escape

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def document(body: str, namespace: str = "urn:test") -> bytes:
    """A file of these elements."""
    return f'<definitions xmlns="{NAMESPACE}" namespace="{namespace}" name="m">{body}</definitions>'.encode()


def literal(text: str) -> str:
    """A literal expression."""
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def needs(*references: str) -> str:
    """Requirements by the letter that an id begins with: i(nput data), d(ecision), k(nowledge) or s(ervice)."""
    kinds = {
        "i": ("information", "Input"),
        "d": ("information", "Decision"),
        "k": ("knowledge", "Knowledge"),
        "s": ("knowledge", "Knowledge"),
    }
    found = ((*kinds[reference.rpartition("#")[2][0]], reference) for reference in references)
    return "".join(
        f'<{kind}Requirement><required{what} href="{reference if "#" in reference else f"#{reference}"}"/></{kind}Requirement>'
        for kind, what, reference in found
    )


def decision(name: str, logic: str, *required: str, kind: str = "Any") -> str:
    """A decision `d<name>` of a type, with its logic."""
    variable = f'<variable name="{name}" typeRef="{escape(kind)}"/>'
    return f'<decision id="d{name}" name="{name}">{variable}{needs(*required)}{logic}</decision>'
