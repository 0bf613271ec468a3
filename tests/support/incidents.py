"""Cases that are stuck, for tests of what a manager then does."""

from workflow.bootstrap import Container
from workflow.engine import commands as cmd
from workflow.ids import new_id
from workflow.runtime.recorder import SYSTEM, Provenance


def move_to_vote(container: Container, case_id: str, activity_id: str) -> None:
    """Let the case stand at a vote that nobody was convened for, as no manager may: an incident."""
    by = Provenance(actor=SYSTEM, at=container.clock.now(), command_id=new_id())
    command = cmd.MoveToken(activity_id=activity_id, target_node="vote")
    with container.units() as uow:
        container.ground.steps.apply(uow, uow.unit_cases.get(case_id), command, by)
        uow.commit()
