"""The status page in a real browser, on both servers: live during an issuance, and with 10,000 certificates.

Screenshots go to build/screenshots/; `make screenshot` puts README's picture in its place.
"""
import os
import unittest

from harness import places
from harness.both import on_both_servers
from harness.browser import Browser
from harness.fault_proxy import FaultProxy
from harness.processes import wait_until
from harness.status_site import StatusSite
from harness.synthetic import fill_status, stop_engine

PICTURES = os.path.join(places.BUILD, "screenshots")
SIZES = {"desktop": (1280, 900, False), "phone": (360, 780, True)}


class BrowserSite(StatusSite):
    time_limit = 120

    def setUp(self):
        super().setUp()
        self.browser = Browser(self.space)
        self.origin = f"http://127.0.0.1:{self.plain}"

    def open(self, path="/acme"):
        self.browser.get(self.origin + path)

    def follow(self, text):
        """A click on a link, as a reader does it, and the page behind it."""
        from selenium.common.exceptions import StaleElementReferenceException
        from selenium.webdriver.common.by import By

        def clicked():
            try:
                self.browser.driver.find_element(By.LINK_TEXT, text).click()
                return True
            except StaleElementReferenceException:
                return False  # the page was brought up to date just then
        self.browser.run("window.left = true")
        wait_until(clicked, 20, f"a click on {text}")
        wait_until(lambda: self.browser.run("return !window.left && document.readyState === 'complete'"), 30,
                   f"the page behind {text}")

    def state_of(self, name):
        return self.browser.run(
            "const row = Array.from(document.querySelectorAll('tr[data-state]'))"
            ".find(e => e.innerText.includes(arguments[0])); return row ? row.dataset.state : '';", name)

    def names(self):
        return self.browser.run("return Array.from(document.querySelectorAll('tr[data-state] th a'), e => e.textContent)")

    def assert_nothing_wrong(self):
        """No complaint on the console, no request to anybody else."""
        self.assertEqual([], self.browser.complaints())
        strangers = [url for url in self.browser.asked_for() if not url.startswith(self.origin + "/acme")]
        self.assertEqual([], strangers)

    def assert_fits(self):
        inner, outer = self.browser.run(
            "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        self.assertLessEqual(inner, outer, f"wider than the screen at {outer} px")

    def pictures(self, what):
        """In light and dark, on a desktop and a phone; nothing is wider than either."""
        for device, (width, height, phone) in SIZES.items():
            self.browser.size(width, height, phone)
            for scheme in ("light", "dark"):
                self.browser.colors(scheme)
                path = os.path.join(PICTURES, f"{self.kind}-{what}-{device}-{scheme}.png")
                self.assertGreater(self.browser.screenshot(path), 5000)
                self.assert_fits()
        backgrounds = []
        for scheme in ("light", "dark"):
            self.browser.colors(scheme)
            backgrounds.append(self.browser.run("return getComputedStyle(document.body).backgroundColor"))
        self.assertNotEqual(*backgrounds)
        self.browser.size(*SIZES["desktop"])
        self.browser.colors("light")


@on_both_servers
class StatusSeenLive(BrowserSite):
    def test_an_order_seen_without_a_reload_of_the_page(self):
        self.start_ca(retry_after={"authz": 3, "order": 3})  # so that there is something to see
        self.ca.dns.call("set-servfail", host="broken.example")
        front = FaultProxy(self.space, self.ca)
        almost = front.hold("/finalize-order/")
        server = self.site(names=("one.example", "broken.example"), ca=front)
        server.start()
        wait_until(lambda: "one.example" in self.ask().text, 20, "the engine's first status", pause=0.05)
        self.open()
        self.browser.run("window.sameDocument = true")
        seen = []

        def state():
            now = self.state_of("one.example")
            if not seen or seen[-1] != now:
                seen.append(now)
            return now == "valid"
        state()
        almost.release()
        wait_until(state, 40, f"valid on the page; seen {seen}\n{server.log()}", pause=0.1)
        self.assertTrue(self.browser.run("return window.sameDocument === true"), "the page was reloaded")
        self.assertTrue(set(seen[:-1]) & {"none", "ordering"}, seen)
        wait_until(lambda: self.state_of("broken.example") == "failing", 30, "the other one fails", pause=0.2)
        self.assert_nothing_wrong()
        self.pictures("overview")
        self.follow("broken.example")
        self.assertIn("broken.example", self.browser.run("return document.querySelector('h1').innerText"))
        self.pictures("failing")
        self.open()
        self.follow("one.example")
        self.pictures("certificate")
        self.assert_nothing_wrong()

    def test_without_javascript(self):
        server = self.live(self.site().start())
        self.browser.scripts(False)
        self.open()
        self.assertEqual("valid", self.state_of("one.example"))
        self.follow("one.example")
        self.assertIn("one.example", self.browser.driver.page_source)
        # The page says nothing of itself any more, a reload does.
        self.open()
        server.stop()
        self.assertEqual("valid", self.state_of("one.example"))


@on_both_servers
class StatusOfMany(BrowserSite):
    def test_ten_thousand_certificates(self):
        server = self.site().start()
        stop_engine(self, server)
        fill_status(server, 10000)
        self.open()
        counted = sum(int(text.split()[0]) for text in self.browser.texts(".counts li"))
        self.assertEqual(10000, counted)
        first = self.names()
        self.assertEqual(50, len(first))
        self.follow("Next")
        second = self.names()
        self.assertEqual(50, len(second))
        self.assertFalse(set(first) & set(second))
        self.follow("Previous")
        self.assertEqual(first, self.names())
        self.follow("Last page")
        self.assertTrue(self.names())
        self.search(first)
        self.filter_by_state()
        self.open()
        self.pictures("many")
        self.assert_nothing_wrong()

    def search(self, names):
        from selenium.webdriver.common.by import By
        wanted = names[7]
        self.open()
        field = self.browser.driver.find_element(By.NAME, "q")
        field.send_keys(wanted)
        field.submit()
        wait_until(lambda: "q=" in self.browser.driver.current_url, 20, "the search")
        found = self.names()
        self.assertIn(wanted, found)
        self.assertTrue(all(wanted in name for name in found), found)
        self.follow("Show all")
        self.assertEqual(names, self.names())

    def filter_by_state(self):
        self.open("/acme?state=failing")
        states = self.browser.run("return Array.from(document.querySelectorAll('tr[data-state]'), e => e.dataset.state)")
        self.assertEqual({"failing"}, set(states))
        self.open("/acme?state=valid&page=3")
        self.assertEqual(50, len(self.names()))


class PictureOfTheReadme(BrowserSite, unittest.TestCase):
    kind = "nginx"

    def test_it(self):
        server = self.site().start()
        stop_engine(self, server)
        fill_status(server, 400)
        self.browser.size(1120, 860)
        self.open()
        path = os.path.join(PICTURES, "status-page.png")
        self.assertLess(self.browser.screenshot(path), 150_000)
        self.assert_nothing_wrong()


if __name__ == "__main__":
    unittest.main()
