"""Which event definitions BPMN permits on which kind of event (BPMN 2.0.2, tables 10.84 to 10.91)."""

from collections.abc import Mapping

_STARTS = ("message", "timer", "conditional", "signal", "escalation", "error", "compensate")
_THROWS = ("message", "escalation", "compensate", "signal")


def _definitions(*kinds: str) -> frozenset[str]:
    return frozenset(f"{kind}EventDefinition" for kind in kinds)


TRIGGERS: Mapping[str, frozenset[str]] = {
    "startEvent": _definitions(*_STARTS),
    "intermediateCatchEvent": _definitions("message", "timer", "conditional", "link", "signal"),
    "intermediateThrowEvent": _definitions(*_THROWS, "link"),
    "boundaryEvent": _definitions(*_STARTS, "cancel"),
    "endEvent": _definitions(*_THROWS, "error", "cancel", "terminate"),
    "event": _definitions(*_THROWS),
}
"""Element → the event definitions it may have. `event` is what an instance of a multi-instance activity throws."""

EVENT_DEFINITIONS = frozenset(name for allowed in TRIGGERS.values() for name in allowed)
