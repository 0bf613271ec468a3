"""Second versions of the shipped procedure, and short ways to move its cases there."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.support.house import House
from workflow.ids import new_id
from workflow.services.moving.moves import StartMigration
from workflow.services.moving.views import MigrationWish

BPMN = "dien-hinh.bpmn"
ADMINISTRATOR = "quantri.tinh"
REASON = "Dữ liệu minh họa: quy trình được sửa."

Files = dict[str, bytes]


def relabelled(files: Files) -> Files:
    """The registration is called something else; nothing stands in the way."""
    return _edited(files, {'name="Đăng ký xây dựng đơn vị điển hình"': 'name="Đăng ký tham gia"'})


def renamed(files: Files) -> Files:
    """The registration has another id, wherever it is mentioned; the package's own tests, which name it, are left out."""
    files = {path: text for path, text in files.items() if not path.startswith("tests/")}
    bpmn = files[BPMN].decode()
    bpmn = re.sub(r'(?<!stage=)"registration"', '"sign_up"', bpmn)
    bpmn = bpmn.replace(">registration<", ">sign_up<").replace('separateFrom="registration ', 'separateFrom="sign_up ')
    rules = {path: re.sub(r"\bregistration\b", "sign_up", text.decode()).encode() for path, text in files.items()}
    return {path: rules[path] if path.endswith(".dmn") else text for path, text in files.items()} | {
        BPMN: bpmn.encode()
    }


def unasked(files: Files) -> Files:
    """Whoever evaluates asks the unit nothing without returning the dossier."""
    judged = 'completeness="result" compareWith="self_assessment" carryOver="self_assessment"'
    return _edited(files, {judged: f'{judged} answerWithin="none"'})


def hurried(files: Files) -> Files:
    """Registrations are due and self-assessments expire two days after they begin."""
    return _edited(
        files,
        {
            'camunda:dueDate="=deadlines.registration.due_at"': 'camunda:dueDate="P2D"',
            '<bpmn:timeDate xsi:type="bpmn:tFormalExpression">=deadlines.recognition.due_at</bpmn:timeDate>': (
                '<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P2D</bpmn:timeDuration>'
            ),
        },
    )


def counted(files: Files) -> Files:
    """Registrations are due ten working days after they begin, called to mind after six, and after eight somebody is told."""
    event = """<bpmn:boundaryEvent id="slow" name="Chậm đăng ký" attachedToRef="registration" cancelActivity="false">
      <bpmn:timerEventDefinition id="slow_timer">
        <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">WT8D</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="noted" name="Đã ghi nhận" />
    <bpmn:sequenceFlow id="slow__noted" sourceRef="slow" targetRef="noted" />
    <bpmn:boundaryEvent id="year_end\""""
    return _edited(
        files,
        {
            'camunda:dueDate="=deadlines.registration.due_at"': 'camunda:dueDate="WT10D"',
            'camunda:followUpDate="=deadlines.registration.remind_at"': 'camunda:followUpDate="WT6D"',
            '<bpmn:boundaryEvent id="year_end"': event,
        },
    )


PART = """<bpmn:subProcess id="both" name="Đăng ký hai bước" cn:nameEn="Register in two steps">
      <bpmn:startEvent id="both_start" name="Bắt đầu" cn:nameEn="Begin" />
      {task}
      <bpmn:endEvent id="both_end" name="Xong" cn:nameEn="Done" />
      <bpmn:sequenceFlow id="b1" sourceRef="both_start" targetRef="first_half" />
      <bpmn:sequenceFlow id="b2" sourceRef="first_half" targetRef="both_end" />
    </bpmn:subProcess>
    <bpmn:sequenceFlow id="both__sign_up" sourceRef="both" targetRef="sign_up" />
    """


def split(files: Files) -> Files:
    """The registration is done in two steps, the first in a part of its own."""
    text = re.sub(r"<bpmn:(incoming|outgoing)>[^<]*</bpmn:\1>", "", renamed(files)[BPMN].decode())
    start = text.index('<bpmn:userTask id="sign_up"')
    end = text.index("</bpmn:userTask>", start) + len("</bpmn:userTask>")
    first = re.sub(r"<cn:field.*</cn:field>|<cn:field[^>]*/>", "", text[start:end], flags=re.DOTALL)
    part = PART.format(task=first.replace('"sign_up"', '"first_half"'))
    text = text[:start] + part + text[start:end] + text[end:].replace('targetRef="sign_up"', 'targetRef="both"')
    return {**renamed(files), BPMN: text.encode()}


def listening(event_id: str) -> Callable[[Files], Files]:
    """Whoever registers can be told something meanwhile."""

    def change(files: Files) -> Files:
        event = f"""<bpmn:boundaryEvent id="{event_id}" name="Tin" attachedToRef="registration" cancelActivity="false">
      <bpmn:messageEventDefinition id="told" messageRef="news" /></bpmn:boundaryEvent>
    <bpmn:endEvent id="heard" name="Đã nghe" />
    <bpmn:sequenceFlow id="{event_id}__heard" sourceRef="{event_id}" targetRef="heard" />
    <bpmn:boundaryEvent id="year_end\""""
        message = '<bpmn:message id="news" name="news" cn:correlationKey="=unit.id" />\n  <bpmn:process id="dien_hinh"'
        return _edited(files, {'<bpmn:boundaryEvent id="year_end"': event, '<bpmn:process id="dien_hinh"': message})

    return change


def _edited(files: Files, changes: dict[str, str]) -> Files:
    text = files[BPMN].decode()
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return {**files, BPMN: text.encode()}


@dataclass(frozen=True, kw_only=True)
class Move:
    """A second version, and moving there as the administrator of the province."""

    house: House
    old: str
    new: str

    def wish(self, *units: str, **mapping: str | None) -> MigrationWish:
        ids = [self.house.case(unit).id for unit in units] or None
        return MigrationWish(from_version=self.old, to_version=self.new, mapping=mapping, case_ids=ids)

    def ask(self, *units: str, command_id: str | None = None, **mapping: str | None) -> str:
        """Start the migration; the worker has not begun yet."""
        return self.house.container.migrations.start(
            self.house.actor(ADMINISTRATOR),
            StartMigration(wish=self.wish(*units, **mapping), reason=REASON, command_id=command_id or new_id()),
        )

    def make(self, *units: str, **mapping: str | None) -> str:
        """Start the migration and let the worker do it."""
        migration_id = self.ask(*units, **mapping)
        self.house.settle()
        return migration_id

    def counts(self, migration_id: str) -> dict[str, int]:
        found = self.house.container.migrations.get(self.house.actor(ADMINISTRATOR), migration_id)
        return dict(found.counts)


To = Callable[[Callable[[Files], Files]], Move]
