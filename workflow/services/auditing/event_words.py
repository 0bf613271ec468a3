"""The words by which events are found, kept soon after the events: no step of a case waits for them."""

import logging

from workflow.errors import Busy, Unavailable
from workflow.services.ground.ground import Ground

log = logging.getLogger(__name__)


class EventWords:
    """The worker keeps them up, and whoever searches the newest."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def catch_up(self) -> int:
        """Keep the words of all events that have come since; return of how many."""
        number = 0
        while True:
            with self._ground.units.reading() as uow:
                if not uow.words.wordless_events():
                    return number
            with self._ground.units() as uow:
                told = uow.words.wordless_events()
                uow.words.add_events(told)
                uow.commit()
            number += len(told)

    def try_to_catch_up(self) -> None:
        """The same before a search, which is answered all the same where nothing can be written now."""
        try:
            self.catch_up()
        except (Busy, Unavailable) as error:
            log.warning("the newest events are found by their words a little later: %s", error)
