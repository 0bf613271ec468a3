"""When virtual time begins, unless said otherwise, so that every run is the same on every day."""

from datetime import datetime
from zoneinfo import ZoneInfo

START = datetime(2026, 1, 5, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
"""A Monday morning."""
