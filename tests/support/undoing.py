"""A case in which every step is checked: the events alone give the state that deciding has folded."""

from tests.support.processes import Case
from workflow.engine.commands import Command
from workflow.engine.decide import advance
from workflow.engine.events import CompensationStarted, Event
from workflow.engine.evolve import replay


class UndoingCase(Case):
    def do(self, command: Command) -> list[Event]:
        folded = advance(self.program, self.state, command, self.now)
        events = super().do(command)
        assert folded == (events, self.state)
        assert replay(self.history) == self.state
        return events

    @property
    def undone(self) -> list[str]:
        """The handlers that were started, in order."""
        return [event.handler_id for event in self.history if isinstance(event, CompensationStarted)]

    @property
    def left(self) -> tuple[int, int]:
        """How many records of completed work and how many scopes there are."""
        assert self.state is not None
        return len(self.state.compensables), len(self.state.scopes)
