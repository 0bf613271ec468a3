import pytest, sys
from tests.support.office import *
pytestmark=[pytest.mark.browser]
def test_x(office):
    v = office.person("donvi.minhhoa")
    print(v.page.locator("main").inner_text())
    v.page.screenshot(path="/tmp/s1.png")
def test_y(office):
    v = office.person("thuongtruc.tinh")
    office.house.register()
    office.house.register("htx-tan-son")
    v.open("/nhiem-vu?tab=group")
    v.page.screenshot(path="/tmp/s2.png")
    office.house.do("xa-minh-hoa", "thuongtruc.thuongxuan", "pilot_list","accept")
    w = office.person("donvi.minhhoa")
    t=office.house.take("donvi.minhhoa","self_assessment")
    w.open("/nhiem-vu/"+t.id)
    w.page.screenshot(path="/tmp/s3.png", full_page=True)
    w.open("/nhiem-vu/"+t.id+"/tieu-chi/I.18")
    w.page.screenshot(path="/tmp/s4.png", full_page=True)
    w.open("/nhiem-vu/"+t.id+"/tieu-chi")
    w.page.screenshot(path="/tmp/s5.png")
