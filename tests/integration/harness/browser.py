"""A real browser: Debian's chromium without a screen, by selenium and chromium-driver, in a pid namespace of its own."""
import base64
import http.client
import json
import os

from .ports import free_port
from .processes import Daemon, wait_until

CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
# Nothing is to be asked for but the page.
QUIET = ("disable-background-networking", "disable-component-update", "disable-default-apps", "disable-extensions",
         "disable-sync", "disable-gpu", "disable-dev-shm-usage", "no-first-run", "no-default-browser-check",
         "no-pings", "metrics-recording-only", "mute-audio", "force-color-profile=srgb", "hide-scrollbars")


def _answers(port):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        connection.request("GET", "/status")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


class Browser:
    """`driver` is selenium's. Ended with the workspace, whatever is still open."""

    def __init__(self, workspace):
        from selenium import webdriver
        from selenium.webdriver.chromium.remote_connection import ChromiumRemoteConnection
        folder, port = workspace.folder("browser"), free_port()
        # A home of its own: chromium writes below it, and reads settings there.
        self._daemon = Daemon([DRIVER, f"--port={port}"], os.path.join(folder, "driver.log"), isolated=True,
                              environment={"HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_CACHE_HOME": folder})
        workspace.add(self)
        wait_until(lambda: _answers(port), 40, "chromedriver answers")
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        root = ["no-sandbox"] if os.getuid() == 0 else []
        for word in (*QUIET, *root, "headless=new", f"user-data-dir={folder}/data", "remote-debugging-port=0",
                     "window-size=1280,900"):
            options.add_argument(f"--{word}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        connection = ChromiumRemoteConnection(f"http://127.0.0.1:{port}", "goog", "chrome", ignore_proxy=True)
        self.driver = webdriver.Remote(connection, options=options)
        self.driver.set_page_load_timeout(60)

    def stop(self):
        self._daemon.kill()  # and with it all of its namespace

    def devtools(self, command, **parameters):
        return self.driver.execute("executeCdpCommand", {"cmd": command, "params": parameters})["value"]

    def get(self, url):
        self.driver.get(url)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def texts(self, selector):
        return self.run("return Array.from(document.querySelectorAll(arguments[0]), e => e.innerText)", selector)

    def colors(self, scheme):
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def size(self, width, height, phone=False):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, mobile=phone,
                      deviceScaleFactor=2 if phone else 1)

    def scripts(self, on):
        self.devtools("Emulation.setScriptExecutionDisabled", value=not on)

    def screenshot(self, path, height=None):
        """What is seen; with `height`, the page's first so many pixels."""
        options = {"format": "png"}
        if height:
            width = self.devtools("Page.getLayoutMetrics")["cssLayoutViewport"]["clientWidth"]
            options.update(captureBeyondViewport=True,
                           clip={"x": 0, "y": 0, "width": width, "height": height, "scale": 1})
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.devtools("Page.captureScreenshot", **options)["data"]))
        return os.path.getsize(path)

    def complaints(self):
        """What the console said since it was last asked."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def asked_for(self):
        """All URLs requested since it was last asked, but for data: ones."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        urls = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return [url for url in urls if not url.startswith(("data:", "chrome:", "about:"))]
