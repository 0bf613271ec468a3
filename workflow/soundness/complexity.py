"""How many tokens a complex gateway needs."""

from workflow.errors import ExpressionError
from workflow.feel.expression import parse
from workflow.model.elements import ComplexGateway

_COUNT = "activationCount"


def fewest(gateway: ComplexGateway, incoming: int) -> int:
    """The smallest number of tokens with which the gateway goes on; 0 where data decide that too.

    A gateway without an activation condition goes on with one. A number past `incoming` is never reached.
    """
    if gateway.activation_condition is None:
        return 1
    try:
        condition = parse(gateway.activation_condition.text)
    except ExpressionError:
        return 0
    if condition.variables - {_COUNT}:
        return 0
    for number in range(1, incoming + 1):
        if condition.evaluate({_COUNT: number}).value is True:
            return number
    return incoming + 1
