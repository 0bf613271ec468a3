"""Filling a new installation with what it is shipped with: organisations, calendar, procedures, demonstration data.

Everything here may be run again: what is already there stays as people have left it.
"""

import hashlib
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from workflow.bootstrap import DEFINITIONS, Container, demonstration_secret
from workflow.calendar.seed import load_overrides, seed_holidays
from workflow.errors import N_, ConfigurationError
from workflow.organisation.data import load_organisations
from workflow.outside.clock import SHIFT_FILE
from workflow.outside.keys import read_or_make
from workflow.packages.folders import package_folders
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.accounts.accounts import NewUser
from workflow.services.accounts.directory import NewRole, RoleScope
from workflow.services.campaigns.campaigns import CreateCampaign, OpenCampaign
from workflow.services.campaigns.units import AddCampaignUnits, StartCampaign

FIRST_YEAR, YEARS_AHEAD = 2022, 3
ACCOUNTS_FILE = "demonstration-accounts.txt"
_VALID_FROM = date(2022, 1, 1)
_CAMPAIGN_STEPS = ("create", "add", "open", "start")
_LOADED = "installation.definitions"
_NO_DEFINITIONS = N_("There are no definitions in %(path)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemonstrationAccount:
    """An account of somebody who does not exist."""

    login: str
    name: str
    roles: tuple[NewRole, ...]


def is_demonstration(container: Container) -> bool:
    """Whether what the pages show is made up: the clock is shifted, or a campaign is a demonstration."""
    if (container.data / SHIFT_FILE).exists():
        return True
    with container.units.reading() as uow:
        return any(campaign.demonstration for campaign in uow.campaigns.all())


def install(container: Container, definitions: Path = DEFINITIONS) -> None:
    """Load organisations, the calendar and every procedure package, unless the same files have been loaded before.

    Raises `ConfigurationError`, `DefinitionRejected`.
    """
    if not definitions.is_dir():
        raise ConfigurationError(_NO_DEFINITIONS, path=definitions.name)
    digest = _digest(definitions)
    with container.units.reading() as uow:
        if uow.settings.get(_LOADED) == digest:
            return
    _load(container, definitions)
    with container.units() as uow:
        uow.settings.put(_LOADED, digest)
        uow.commit()


def _digest(definitions: Path) -> str:
    """Tells whether anything that is shipped has changed, and the years that the calendar is to reach."""
    found = hashlib.sha256(str(datetime.now(UTC).year).encode())
    for path in sorted(definitions.rglob("*")):
        if path.is_file():
            found.update(f"{path.relative_to(definitions).as_posix()}\0".encode())
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _load(container: Container, definitions: Path) -> None:
    packages = package_folders(definitions)
    by = Provenance(actor=SYSTEM, at=container.clock.now())
    organisations, successions = load_organisations(_files(definitions / "organisations"))
    container.organisations.import_data(organisations, successions, by)
    overrides = load_overrides(_files(definitions / "calendar"))
    last_year = datetime.now(UTC).year + YEARS_AHEAD
    container.calendar_days.seed(seed_holidays(FIRST_YEAR, last_year, overrides), by)
    for package in packages:
        container.publishing.install(package.files(), by)


def accounts_of(definitions: Path = DEFINITIONS) -> list[DemonstrationAccount]:
    """The demonstration accounts as data."""
    return [
        DemonstrationAccount(
            login=entry["login"],
            name=entry["name"],
            roles=tuple(map(_role, entry["roles"])),
        )
        for entry in _toml(definitions / "demonstration" / "accounts.toml")["account"]
    ]


def _role(entry: Mapping[str, Any]) -> NewRole:
    """`until` and `procedures` bound what an inspection team reads."""
    return NewRole(
        role=entry["role"],
        organisation_id=entry["organisation"],
        valid_from=_VALID_FROM,
        valid_to=date.fromisoformat(entry["until"]) if "until" in entry else None,
        paper=entry.get("paper", "Tài khoản minh họa"),
        scope=RoleScope(procedures=tuple(entry.get("procedures", ()))),
    )


def install_accounts(container: Container, password: str, definitions: Path = DEFINITIONS) -> dict[str, str]:
    """Create the demonstration accounts that are missing; return login → user id."""
    by = Provenance(actor=SYSTEM, at=container.clock.now())
    wanted = accounts_of(definitions)
    with container.units.reading() as uow:
        there = {account.login: uow.accounts.by_login(account.login) for account in wanted}
    created = {login: user.id for login, user in there.items() if user is not None}
    hashed = container.account_changes.hashed(password) if len(created) < len(wanted) else ""
    factor = container.enrolment.sealed(demonstration_secret(container.data))
    for account in wanted:
        if account.login in created:
            continue
        user = NewUser(login=account.login, name=account.name, email=None, locale="vi")
        created[account.login] = container.account_changes.set_up(by, user, hashed, account.roles, demonstration=True)
    container.account_changes.equip(by, created.values(), factor)
    return created


def demonstration_password(data: Path) -> str:
    """The password of this installation's demonstration accounts: made once, kept beside the data, never in the program."""
    made = read_or_make(data / ACCOUNTS_FILE, lambda: "-".join(secrets.token_hex(2) for _ in range(4)).encode("ascii"))
    return made.decode("ascii")


def set_demonstration_clock(data: Path, definitions: Path = DEFINITIONS) -> None:
    """Fix, at the first start, how far a demonstration's clock is from ours, so that its time then runs on."""
    place = data / SHIFT_FILE
    if not place.exists():
        keep_clock(data, _toml(definitions / "demonstration" / "campaign.toml")["clock"])


def keep_clock(data: Path, at: datetime) -> None:
    """Let a demonstration's clock go on from that instant whenever the directory is opened."""
    _write(data / SHIFT_FILE, str(int((at - datetime.now(UTC)).total_seconds())))


def install_campaign(container: Container, users: Mapping[str, str], definitions: Path = DEFINITIONS) -> str:
    """Plan and open the demonstration campaign in the manager's name and start its units; return its id.

    The steps bear fixed command ids: what an interrupted installation has done is not done again, and what it left is.
    """
    wanted = _toml(definitions / "demonstration" / "campaign.toml")
    steps = {step: f"demonstration:{wanted['procedure']}:{wanted['year']}:{step}" for step in _CAMPAIGN_STEPS}
    with container.units.reading() as uow:
        known = uow.campaigns.find(wanted["procedure"], wanted["year"], wanted["province"])
        ours = known is None or uow.commands.find(steps["create"]) is not None
        started = uow.commands.find(steps["start"]) is not None
    if known is not None and (started or not ours):
        return known.id
    manager = container.accounts.actor_of(users[wanted["manager"]])
    new = CreateCampaign(
        key=wanted["procedure"],
        year=wanted["year"],
        province=wanted["province"],
        name_vi=wanted["name_vi"],
        name_en=wanted["name_en"],
        demonstration=True,
        command_id=steps["create"],
    )
    campaign_id = container.campaigns.create(manager, new)
    units: dict[str, dict[str, Any]] = {unit_id: {} for unit_id in wanted["units"]}
    add = AddCampaignUnits(campaign_id=campaign_id, units=units, command_id=steps["add"])
    container.campaign_units.add_units(manager, add)
    revision = container.campaigns.get(manager, campaign_id).revision
    open_it = OpenCampaign(campaign_id=campaign_id, revision=revision, command_id=steps["open"])
    container.campaigns.open(manager, open_it)
    container.campaign_units.start(
        manager, StartCampaign(campaign_id=campaign_id, gaps_seen=True, command_id=steps["start"])
    )
    return campaign_id


def _write(place: Path, text: str) -> None:
    """The whole file or none, readable by its owner alone."""
    fresh = place.with_name(f"{place.name}.new")
    fresh.touch(mode=0o600)
    fresh.write_text(f"{text}\n", encoding="utf-8")
    fresh.replace(place)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.toml"))}


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigurationError(_NO_DEFINITIONS, path=path.name) from error
