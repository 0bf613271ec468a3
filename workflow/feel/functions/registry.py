"""How a built-in is declared: a name, typed parameters, and one or more forms tried in order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import DecimalException
from typing import Any

from workflow.feel import types
from workflow.feel.types import FeelType, Mismatch
from workflow.feel.values import Function, Value

Body = Callable[..., Value]
TYPES: dict[str, FeelType] = {
    "any": types.ANY,
    "string": types.STRING,
    "number": types.NUMBER,
    "boolean": types.BOOLEAN,
    "list": types.LIST,
    "context": types.CONTEXT,
    "date": types.DATE,
    "time": types.TIME,
    "datetime": types.DATE_TIME,
    "instant": types.INSTANT,
    "days": types.DAYS_DURATION,
    "duration": types.DURATION,
    "range": types.RANGE,
    "function": types.FUNCTION,
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: `name: type`, with `?` where it may be left out, and `~` where it may be null as well."""

    name: str
    kind: FeelType
    optional: bool
    nullable: bool

    @classmethod
    def read(cls, text: str) -> "Parameter":
        """From the declaration's form."""
        name, _, kind = text.partition(": ")
        plain = kind.rstrip("?~")
        return cls(name, TYPES[plain], "?" in kind, "~" in kind or plain == "any")


@dataclass(frozen=True, slots=True)
class Form:
    """One way to call a built-in."""

    body: Body
    parameters: tuple[Parameter, ...]
    rest: FeelType | None
    """The type of any number of further arguments, given to the body as one list."""
    wants_run: bool

    def arrange(self, args: list[Value], named: Mapping[str, Value] | None) -> list[Value] | None:
        """The body's arguments, converted; None when this form does not fit."""
        count = len(self.parameters)
        if named is not None:
            if set(named) - {parameter.name for parameter in self.parameters} or self.rest is not None:
                return None
            args = [named.get(parameter.name, _ABSENT) for parameter in self.parameters]
        elif (len(args) > count and self.rest is None) or (self.rest is not None and not (args or count)):
            return None
        args = args + [_ABSENT] * (count - len(args))
        if named is None and any(
            value is _ABSENT and not p.optional for p, value in zip(self.parameters, args, strict=False)
        ):
            return None
        try:
            fitted = [_fit(parameter, value) for parameter, value in zip(self.parameters, args, strict=False)]
            if self.rest is not None:
                fitted.append([self.rest.convert(value) for value in args[count:]])
        except Mismatch:
            return None
        return fitted


_ABSENT: Any = object()


def _fit(parameter: Parameter, value: Value) -> Value:
    if value is _ABSENT and (parameter.optional or parameter.kind is types.ANY):
        return None
    if value is _ABSENT or (value is None and not parameter.nullable):
        raise Mismatch
    return parameter.kind.convert(value)


@dataclass(slots=True, eq=False)
class Builtin(Function):
    """A built-in function; null with a diagnostic when no form fits or its body fails."""

    name: str
    forms: list[Form] = field(default_factory=list)

    @property
    def arity(self) -> int | None:
        """The number of parameters, where all forms agree."""
        counts = {len(form.parameters) for form in self.forms if form.rest is None}
        return counts.pop() if len(counts) == 1 else None

    def invoke(self, args: list[Value], named: Mapping[str, Value] | None, run: Any) -> Value:
        """Call the first form that fits."""
        for form in self.forms:
            fitted = form.arrange(args, named)
            if fitted is None:
                continue
            for value in fitted:
                if type(value) is list or type(value) is dict:
                    run.step(len(value))
                elif type(value) is str:
                    run.step(len(value) // 1000)
            try:
                return form.body(run, *fitted) if form.wants_run else form.body(*fitted)
            except (DecimalException, ValueError, OverflowError, Mismatch) as error:
                return run.fail(f"{self.name}() failed: {error or type(error).__name__}")
        return run.fail(f"{self.name}() cannot be called with these arguments")


class Library(dict[str, Builtin]):
    """Built-ins by name."""

    def form(
        self, name: str, *parameters: str, rest: str | None = None, wants_run: bool = False
    ) -> Callable[[Body], Body]:
        """Declare a form of a built-in."""

        def declare(body: Body) -> Body:
            further = TYPES[rest] if rest else None
            form = Form(body, tuple(Parameter.read(text) for text in parameters), further, wants_run)
            self.setdefault(name, Builtin(name)).forms.append(form)
            return body

        return declare
