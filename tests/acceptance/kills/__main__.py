"""`make kills`: web and worker are killed at random moments while people work; what was acknowledged is there, once.

Prints the seed, what is not as it should be, and last what came of it; exit code 1 where anything was lost, doubled, denied or left.
"""

import argparse
from pathlib import Path
from secrets import randbelow
from tempfile import TemporaryDirectory

from tests.acceptance.kills.installation import prepare
from tests.acceptance.kills.trial import trial
from tests.integration.auditing.tamper import database
from tests.support.house import make_model


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=randbelow(1_000_000))
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--keep", type=Path, help="Leave the data directory there, for who wants to look into it.")
    chosen = parser.parse_args()
    print(f"seed: {chosen.seed}", flush=True)
    with TemporaryDirectory() as name, database(chosen.on, Path(name)) as url:
        data = chosen.keep or Path(name) / "data"
        own_url = None if chosen.on == "sqlite" else url
        found = trial(prepare(make_model(data, own_url), data, own_url), chosen.kills, chosen.seed)
    for line in found.told():
        print(line)
    return 0 if found.good else 1


if __name__ == "__main__":
    raise SystemExit(main())
