"""Types of the rooms below that callers say to services and get from them: pages, filters, and what is shown as it is kept."""

from workflow.audit.breach import Breach
from workflow.audit.checkpoint import Checkpoint
from workflow.calendar.deadlines import Remaining
from workflow.lifecycle.lifecycle import Option
from workflow.model.elements import FlowNode, SequenceFlow, UserTask
from workflow.model.expressions import Expression, Value
from workflow.model.findings import Finding
from workflow.model.user_task import Label
from workflow.organisation.authority import Actor
from workflow.packages.comparison import Change
from workflow.packages.package import ProcedurePackage
from workflow.packages.records import DeadlineRule
from workflow.recognition.assessment import Computation, CriterionResult
from workflow.recognition.checks import Check, CountCheck, PercentCheck
from workflow.recognition.criteria import CriteriaSet, Criterion, Group
from workflow.store.accounts import AssignmentRecord
from workflow.store.campaigns import CampaignRecord
from workflow.store.cases import CaseRecord, IncidentRecord
from workflow.store.casework import CaseFilter, EvidenceRecord
from workflow.store.inbox import InboxFilter
from workflow.store.moving import STATUSES
from workflow.store.notifications import NotificationRecord
from workflow.store.people.sign_ins import KeptForm
from workflow.store.places import OrganisationRecord
from workflow.store.procedures import VersionRecord
from workflow.store.rows import AtLeast, Page

__all__ = [
    "STATUSES",
    "Actor",
    "AssignmentRecord",
    "AtLeast",
    "Breach",
    "CampaignRecord",
    "CaseFilter",
    "CaseRecord",
    "Change",
    "Check",
    "Checkpoint",
    "Computation",
    "CountCheck",
    "CriteriaSet",
    "Criterion",
    "CriterionResult",
    "DeadlineRule",
    "EvidenceRecord",
    "Expression",
    "Finding",
    "FlowNode",
    "Group",
    "InboxFilter",
    "IncidentRecord",
    "KeptForm",
    "Label",
    "NotificationRecord",
    "Option",
    "OrganisationRecord",
    "Page",
    "PercentCheck",
    "ProcedurePackage",
    "Remaining",
    "SequenceFlow",
    "UserTask",
    "Value",
    "VersionRecord",
]
