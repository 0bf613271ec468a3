"""What callers say to a listing and get from it: pages, filters, and the rows that are shown as they are stored."""

from workflow.model.user_task import Label
from workflow.store.cases import IncidentRecord
from workflow.store.casework import CaseFilter
from workflow.store.inbox import InboxFilter
from workflow.store.moving import STATUSES
from workflow.store.rows import Page

__all__ = ["STATUSES", "CaseFilter", "InboxFilter", "IncidentRecord", "Label", "Page"]
