"""The arena in a real browser: votes by click and by keyboard, names after the vote, phones, both languages."""

import re
import shutil

import pytest

from tests.arena_process import ATTACK, SAID, running_arena

pytestmark = pytest.mark.campaign

PHONE, DESK = (360, 740), (1200, 800)


@pytest.fixture(scope="module")
def address(repository, tmp_path_factory):
    with running_arena(repository, tmp_path_factory.mktemp("arena")) as running:
        yield running.address


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    for program, package in (("chromium", "chromium"), ("chromedriver", "chromium-driver")):
        if shutil.which(program) is None:
            pytest.fail(f"{program} is needed to try the arena in a browser. On Debian: apt-get install {package}")
    try:
        from selenium import webdriver
    except ImportError:
        pytest.fail("selenium is needed to drive the browser: python commands/setup.py --with browser")
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    profile = tmp_path_factory.mktemp("chromium")
    for option in (
        "--headless",
        "--no-sandbox",  # chromium as root starts without only
        "--disable-gpu",
        "--disable-background-networking",
        f"--user-data-dir={profile}",
    ):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    yield started
    started.quit()


class Page:
    """The open page as a visitor sees it."""

    def __init__(self, driver, address):
        self.driver, self.address = driver, address

    def open(self, path="/", size=DESK):
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size == PHONE}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.driver.get(self.address + path)
        return self

    def find(self, selector):
        return self.driver.find_element("css selector", selector)

    def text(self, selector):
        return self.find(selector).text

    def wait(self, condition):
        from selenium.webdriver.support.wait import WebDriverWait

        return WebDriverWait(self.driver, 120, poll_frequency=0.05).until(lambda _: condition())

    def press(self, key):
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(key).perform()

    def wait_for_duel(self):
        self.wait(lambda: self.find("[data-choice=left]").is_enabled() and self.text("#question"))

    def wait_for_names(self):
        self.wait(lambda: self.text("#left .name") and self.text("#right .name"))
        return {self.text("#left .name"), self.text("#right .name")}

    def votes(self):
        return int(re.search(r"\d+", self.text("#status"))[0])

    def sideways(self):
        return self.driver.execute_script("return document.documentElement.scrollWidth - window.innerWidth")


@pytest.fixture
def page(driver, address):
    page = Page(driver, address).open()
    page.wait_for_duel()
    return page


def test_a_vote_by_click_reveals_the_names(page):
    assert page.text("#left .name") == page.text("#right .name") == ""
    assert not any(model in page.driver.page_source for model in SAID)
    page.find("[data-choice=right]").click()
    assert page.wait_for_names() == set(SAID)
    assert "chosen" in page.find("#right").get_attribute("class")
    assert "chosen" not in page.find("#left").get_attribute("class")
    assert not page.find("#choices").is_displayed()


def test_votes_and_next_by_keyboard(page):
    from selenium.webdriver.common.keys import Keys

    page.press("1")
    page.wait_for_names()
    before = page.votes()
    for key in "234":
        page.press(Keys.ENTER)
        page.wait_for_duel()
        assert page.text("#left .name") == ""
        page.press(key)
        page.wait_for_names()
    assert page.votes() == before + 3


def test_a_double_press_votes_once(page):
    page.press("1112")
    page.wait_for_names()
    once = page.votes()
    page.find("#next").click()
    page.wait_for_duel()
    page.press("3")
    page.wait_for_names()
    assert page.votes() == once + 1


def test_answers_are_text_whatever_they_hold(page):
    shown = page.text("#left .text") + page.text("#right .text")
    assert ATTACK in shown and "hỏng" not in page.driver.title and "chạy" not in page.driver.title
    assert not page.driver.find_elements("css selector", "article img, article script")


def test_both_languages_are_remembered(page):
    first = page.text("[data-choice=tie]")
    page.find("#language").click()
    second = page.text("[data-choice=tie]")
    assert {re.sub(r"^\d\s*", "", text) for text in (first, second)} == {"Ngang nhau", "Equally good"}
    page.open()
    page.wait_for_duel()
    assert page.text("[data-choice=tie]") == second
    assert page.find("html").get_attribute("lang") == ("vi" if "Ngang" in second else "en")


@pytest.mark.parametrize("path", ["/", "/leaderboard"])
@pytest.mark.parametrize("size", [PHONE, DESK])
def test_nothing_scrolls_sideways(page, path, size):
    page.open(path, size)
    page.wait(lambda: page.text("#question") if path == "/" else page.text("#ranks"))
    assert page.sideways() <= 0


def test_on_a_phone_the_answers_stand_below_each_other_and_the_votes_in_reach(page):
    page.open("/", PHONE)
    page.wait_for_duel()
    left, right, votes = (page.find(name).rect for name in ("#left", "#right", "#votes"))
    assert right["y"] >= left["y"] + left["height"] and right["x"] == left["x"]
    below = page.driver.execute_script("return document.querySelector('#votes').getBoundingClientRect().bottom")
    assert below <= PHONE[1] and votes["height"] < PHONE[1] / 3


def test_own_questions_are_answered_live(page):
    page.find(".own summary").click()
    page.find("#own-question").send_keys("Bánh mì 1 ổ giá bao nhiêu?")  # a digit there is no vote
    page.find("#own button").click()
    page.wait(lambda: page.text("#question") == "Bánh mì 1 ổ giá bao nhiêu?")
    page.wait_for_duel()
    assert page.text("#left .text") and page.text("#left .name") == ""
    page.find("[data-choice=both_bad]").click()
    assert page.wait_for_names() == set(SAID)


def test_the_leaderboard_changes_with_the_votes(page):
    def count():
        page.open("/leaderboard")
        page.wait(lambda: page.text("#ranks"))
        return int(re.search(r"\d+", page.text("#summary") or "0")[0])

    before = count()
    for _ in range(4):
        page.open()
        page.wait_for_duel()
        better = "1" if "Phở" in page.text("#left .text") else "2"
        page.press(better)
        page.wait_for_names()
    assert count() == before + 4
    assert set(SAID) == {name.text for name in page.driver.find_elements("css selector", "#ranks .model > b")}
    assert page.driver.find_elements("css selector", "#ranks .bar i")


def test_the_console_stays_empty(page):
    page.open("/leaderboard")
    page.wait(lambda: page.text("#ranks"))
    assert page.driver.get_log("browser") == []
