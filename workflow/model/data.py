"""Data that a process or an activity declares: properties and data objects."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DataItem:
    """A property or data object. In FEEL it is the variable `variable`: its name, or its id where it has none.

    `type_name` is a FEEL type such as `string`, `number`, `boolean`, `date`, or empty where none is declared.
    """

    id: str
    variable: str
    type_name: str = ""
    is_collection: bool = False
    line: int | None = None
