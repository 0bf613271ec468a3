"""Examines a package in a process of its own, which the system ends when it takes too much time or memory.

The budget of steps stops what counts; the wall stops whatever does not. The child is told everything on its standard input and says
what it found on its standard output, both as JSON.
"""

import json
import logging
import subprocess
import sys
from base64 import b64decode, b64encode
from threading import BoundedSemaphore
from typing import Any

from workflow.budget import CHECK, Allowance
from workflow.outside.wall import environment, put_up
from workflow.packages.examination import (
    Examination,
    Files,
    Surroundings,
    examination_from_json,
    stopped,
    surroundings_from_json,
)
from workflow.packages.package import check_bpmn_file, examine

log = logging.getLogger(__name__)
MEMORY = 1 << 29
"""Bytes of address space: Python with all it imports takes an eighth of it."""
BEGINNING = 10
"""Seconds more than the allowance: a busy machine starts a process slowly."""
AT_ONCE = 2
"""Children that one process keeps at a time: what comes further waits for its turn."""
ARGUMENTS = ("-P", "-B", "-m", "workflow.outside.walled")


class WalledExaminer:
    """Examines each package in a child process."""

    def __init__(self, *, memory: int = MEMORY, beginning: float = BEGINNING) -> None:
        self._memory = memory
        self._beginning = beginning
        self._turns = BoundedSemaphore(AT_ONCE)

    def examine(self, files: Files, surroundings: Surroundings, allowance: Allowance = CHECK) -> Examination:
        """As `workflow.packages.package.examine`; what had to be ended from outside is a finding that says so."""
        return self._ask(_asked(files, surroundings, allowance), allowance)

    def examine_file(self, source: bytes, file: str, allowance: Allowance = CHECK) -> Examination:
        """As `workflow.packages.package.check_bpmn_file`, in the same walls."""
        return self._ask({**_asked({file: source}, Surroundings(), allowance), "alone": file}, allowance)

    def _ask(self, question: dict[str, Any], allowance: Allowance) -> Examination:
        seconds = allowance.seconds + self._beginning
        asked = json.dumps(question).encode()
        with self._turns:
            try:
                done = subprocess.run(  # noqa: S603 - our own module, and no argument from outside
                    [sys.executable, *ARGUMENTS, str(self._memory), str(int(seconds) + 1)],
                    input=asked,
                    capture_output=True,
                    timeout=seconds,
                    env=environment(),
                    start_new_session=True,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                log.warning("a check was ended after %s seconds", seconds)
                return stopped()
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace")[-2_000:]
            log.warning("a check ended with %s: %s", done.returncode, said)
            return stopped()
        return examination_from_json(json.loads(done.stdout))


def _asked(files: Files, surroundings: Surroundings, allowance: Allowance) -> dict[str, Any]:
    return {
        "files": {path: b64encode(content).decode() for path, content in files.items()},
        "surroundings": surroundings.to_json(),
        "allowance": {"steps": allowance.steps, "seconds": allowance.seconds, "size": allowance.size},
    }


def main() -> None:
    """The child: put up the walls, examine what standard input holds, say what was found."""
    put_up(int(sys.argv[1]), int(sys.argv[2]))
    asked = json.load(sys.stdin.buffer)
    files = {path: b64decode(content) for path, content in asked["files"].items()}
    allowance = Allowance(**asked["allowance"])
    if alone := asked.get("alone"):
        found = Examination(findings=tuple(check_bpmn_file(files[alone], alone, allowance)))
    else:
        found = examine(files, surroundings_from_json(asked["surroundings"]), allowance)
    json.dump(found.to_json(), sys.stdout)


if __name__ == "__main__":
    main()
