"""Versions of procedure packages: written as drafts, checked, reviewed, published by a second person, retired."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from workflow.errors import N_, Conflict, DefinitionRejected, InvalidInput
from workflow.ids import new_id
from workflow.lifecycle.definition_version import DEFINITION_VERSION, DRAFT, PUBLISHED, VersionContext
from workflow.lifecycle.lifecycle import Option
from workflow.model.findings import Finding
from workflow.organisation.authority import Actor
from workflow.packages.archive import package_sha256, read_zip, write_zip
from workflow.packages.compare import Change, compare
from workflow.packages.manifest import read_manifest
from workflow.packages.package import ProcedurePackage, check_package, read_package
from workflow.packages.records import KNOWN_HANDLERS, Manifest
from workflow.services.access import provenance
from workflow.services.acting import authorise, plain, required
from workflow.services.definition_files import checked_files, checked_path, digest, manifest_of
from workflow.services.idempotence import done_before, remember
from workflow.services.organisations import OrganisationRegister
from workflow.services.ports.definitions import VersionRecord
from workflow.services.ports.outside import Clock
from workflow.services.ports.unit_of_work import UnitOfWork, UnitsOfWork
from workflow.services.recorder import Fact, Provenance, record
