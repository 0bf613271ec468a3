import pytest, sys
from tests.support.office import *
pytestmark=[pytest.mark.browser]
def test_x(office):
    v = office.person("donvi.minhhoa")
    print(v.page.locator("main").inner_text())
    v.page.screenshot(path="/tmp/s1.png")
