"""Whatever stands in a file, examining it ends with a model and findings, never with another exception."""

from collections.abc import Callable

from hypothesis import given, settings, strategies as st

from workflow.bpmn.elements import ELEMENTS
from workflow.bpmn.namespaces import PREFIXES
from workflow.bpmn.reader import Examined, examine_bpmn
from workflow.bpmn.user_task import OWN_ELEMENTS
from workflow.model.validation.validate import validate

_NAMES = [*ELEMENTS, "extensionElements", "choreographyTask", "BPMNDiagram", *(f"cn:{name}" for name in OWN_ELEMENTS)]
_ATTRIBUTES = sorted(
    {name for rule in ELEMENTS.values() for name in (*rule.attributes, *rule.fixed)}
    | {f"camunda:{name}" for rule in ELEMENTS.values() for name in rule.camunda}
    | {f"cn:{name}" for rule in ELEMENTS.values() for name in rule.cn}
    | {name for names in OWN_ELEMENTS.values() for name in names}
)
_VALUES = st.sampled_from(["a", "b", "c", "", "true", "=a +", "${x}", "2/3", "WT5D", "tns:a", "%(x)s", "100%"])
_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    + " ".join(f'xmlns:{prefix}="{uri}"' for uri, prefix in PREFIXES.items())
    + ">"
)


def element(name: str, attributes: dict[str, str], content: list[str]) -> str:
    texts = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{name}{texts}>{''.join(content)}</{name}>"


ATTRIBUTES = st.dictionaries(st.sampled_from(_ATTRIBUTES), _VALUES, max_size=4)
TREES: st.SearchStrategy[str] = st.recursive(
    st.builds(element, st.sampled_from(_NAMES), ATTRIBUTES, st.lists(_VALUES, max_size=1)),
    lambda inner: st.builds(element, st.sampled_from(_NAMES), ATTRIBUTES, st.lists(inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(TREES, max_size=3), st.lists(TREES, max_size=4))
def test_any_tree_of_known_names(root: list[str], content: list[str]) -> None:
    source = f'{_HEAD}{"".join(root)}<process id="p">{"".join(content)}</process></definitions>'
    examined = examine_bpmn(source.encode(), file="p.bpmn")
    for finding in examined.findings:
        assert finding.line == 1
        assert str(finding)
    for process in examined.processes.values():
        for finding in validate(process):
            assert str(finding)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(source: bytes) -> None:
    assert examine_bpmn(source).rejected


def test_very_many_faults_are_cut_short(examine: Callable[..., Examined]) -> None:
    examined = examine('<choreographyTask id="x"/>' * 5_000)
    assert len(examined.findings) == 501
    assert examined.findings[-1].rule == "too-many-findings"
