"""Jinja as this house uses it: a page calls a thousand functions and imports a dozen files of macros, which know nothing of the page."""

from collections.abc import Callable, MutableMapping
from types import FunctionType, MethodType
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import StrictUndefined, Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode


class _Context(Context):
    """Calls what templates call most, functions and macros, without first asking what each wants to be given."""

    @internalcode
    def call(self, /, called: Callable[..., Any], *given: Any, **named: Any) -> Any:
        kind = type(called)
        if kind is Macro:
            given = (self.eval_ctx, *given)
        elif kind not in (FunctionType, MethodType) or hasattr(called, "jinja_pass_arg"):
            return super().call(called, *given, **named)
        named.pop("_loop_vars", None)
        named.pop("_block_vars", None)
        return called(*given, **named)


class _Environment(Environment):
    """All templates know the same, and it is a plain mapping: each page makes several copies of it."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **d} if d else self.globals


class _Template(Template):
    """Runs a file of macros once a process. Jinja asks at each import whether some global is new: ours are all there from the start."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        if self._module is None:
            self._module = self.make_module()
        return self._module


def init_app(app: Flask) -> None:
    """Let the application draw so."""
    app.jinja_environment = _Environment
    env = app.jinja_env
    env.undefined, env.context_class, env.template_class = StrictUndefined, _Context, _Template
    env.trim_blocks = env.lstrip_blocks = True
