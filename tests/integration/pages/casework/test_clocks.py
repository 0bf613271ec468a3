"""What the pages say of a case's open dates when it is suspended, while it is, and when it goes on."""

from datetime import timedelta

import pytest

from tests.support.casework import KEY, UNIT, Casework
from tests.support.clock import FixedClock
from tests.support.versions import ADMINISTRATOR, REASON, counted
from tests.support.world import shipped_package
from workflow.ids import new_id
from workflow.runtime.recorder import SYSTEM, Provenance
from workflow.services.moving.moves import StartMigration
from workflow.services.moving.views import MigrationWish

MANAGER = "quanly.tinh"


@pytest.fixture
def clocked(work: Casework) -> Casework:
    """The case goes on by a version that counts in working time."""
    services = work.container
    with services.units.reading() as uow:
        administrator = uow.accounts.by_login(ADMINISTRATOR)
        case = uow.cases.by_business_key(KEY)
    assert administrator is not None
    assert case is not None
    new = services.publishing.install(counted(shipped_package()), Provenance(actor=SYSTEM, at=services.clock.now()))
    wish = MigrationWish(from_version=case.version_id, to_version=new, case_ids=[case.id])
    start = StartMigration(wish=wish, reason=REASON, command_id=new_id())
    services.migrations.start(services.accounts.actor_of(administrator.id), start)
    work.settle()
    return work


def test_the_pages_say_which_dates_stand_still_and_which_stay(clocked: Casework, clock: FixedClock) -> None:
    manager = clocked.sign_in(MANAGER).open("/ho-so").follow(KEY)
    case = manager.address
    assert "Các mốc thời gian khi hồ sơ tạm dừng" not in manager.text

    manager.open(f"{case}/buoc/suspend")
    assert "Đứng lại" in manager.text
    assert "Hạn xử lý: Đăng ký xây dựng đơn vị điển hình" in manager.text
    assert "Hẹn giờ: Chậm đăng ký" in manager.text
    assert "Giữ nguyên" not in manager.text
    manager.send("/buoc/suspend", {"reason": "Chờ hướng dẫn"})

    clock.advance(timedelta(days=7))
    manager = clocked.sign_in(MANAGER).open(case)
    assert "Tạm dừng từ" in manager.text
    assert "5 ngày làm việc" in manager.text
    assert "nếu tiếp tục ngay bây giờ" in manager.open(f"{case}/buoc/resume").text
    manager.send("/buoc/resume")
    assert "Các mốc thời gian khi hồ sơ tạm dừng" not in manager.text
    clocked.settle()
    assert "thời gian tạm dừng không tính" in clocked.sign_in(UNIT).open("/thong-bao").text


def test_the_pages_say_that_the_campaigns_days_stay(work: Casework) -> None:
    manager = work.sign_in(MANAGER).open("/ho-so").follow(KEY)
    case = manager.address
    manager.open(f"{case}/buoc/suspend")
    assert "Giữ nguyên" in manager.text
    assert "thời hạn của đợt: Đơn vị gửi đăng ký" in manager.text
    assert "Đứng lại" not in manager.text
    manager.send("/buoc/suspend", {"reason": "Chờ hướng dẫn"})
    assert "thời hạn của đợt: Đơn vị gửi đăng ký" in manager.open(case).text


def test_a_late_step_says_how_late_it_is_and_which_days_are_excused(work: Casework, clock: FixedClock) -> None:
    manager = work.sign_in(MANAGER).open("/ho-so").follow(KEY)
    case = manager.address
    assert "Hạn: " not in manager.text
    manager.open(f"{case}/buoc/suspend").send("/buoc/suspend", {"reason": "Chờ hướng dẫn"})
    clock.advance(timedelta(days=400))
    manager = work.sign_in(MANAGER)
    manager.open(f"{case}/buoc/resume").send("/buoc/resume", {"reason": "Đã có hướng dẫn"})
    clock.advance(timedelta(days=7))

    page = work.sign_in(MANAGER).open(case).text
    assert "được trừ do tạm dừng hồ sơ" in page
    assert "còn tính 3 ngày" in page, "24 to 26 April; 27 April to 1 May are days off"
    assert "Chờ hướng dẫn" in page
    unit = work.sign_in(UNIT).open(case).text
    assert "được trừ do tạm dừng hồ sơ" in unit
    assert "Chờ hướng dẫn" not in unit, "why a case is suspended is told to those who handle it"
