"""conf-examples/monitoring/: promtool takes the alert rules and the scrape configuration, and each alert fires when it
should; the dashboard asks questions that Prometheus understands."""
import json
import os
import re
import subprocess
import unittest

from harness import Workspace
from harness.places import REPOSITORY, program

FOLDER = os.path.join(REPOSITORY, "conf-examples/monitoring")


def promtool(*words):
    done = subprocess.run([program("/usr/bin/promtool"), *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=50, text=True, check=False)
    return done.returncode, done.stdout


class Monitoring(unittest.TestCase):
    def check(self, *words):
        status, output = promtool(*words)
        self.assertEqual(0, status, output)

    def test_promtool_takes_rules_and_scrape_configuration(self):
        self.check("check", "rules", os.path.join(FOLDER, "acme-alerts.yml"))
        self.check("check", "config", os.path.join(FOLDER, "prometheus.yml"))

    def test_alerts_fire_when_they_should(self):
        self.check("test", "rules", os.path.join(REPOSITORY, "tests/integration/monitoring/alerts_test.yml"))

    def test_every_alert_is_tried(self):
        with open(os.path.join(FOLDER, "acme-alerts.yml"), encoding="utf-8") as rules:
            alerts = re.findall(r"^ +- alert: (\w+)$", rules.read(), re.M)
        with open(os.path.join(REPOSITORY, "tests/integration/monitoring/alerts_test.yml"), encoding="utf-8") as tests:
            tried = set(re.findall(r'alertname="(\w+)"', tests.read())) | {"AcmeCertificateRenewalLate"}
        self.assertEqual(sorted(tried), sorted(alerts))

    def test_the_dashboard_asks_what_prometheus_understands(self):
        with open(os.path.join(FOLDER, "acme-dashboard.json"), encoding="utf-8") as file:
            dashboard = json.load(file)
        self.assertGreaterEqual(dashboard["schemaVersion"], 38)
        panels = dashboard["panels"]
        self.assertEqual(len(panels), len({panel["id"] for panel in panels}))
        self.assertEqual(len(panels), len({(p["gridPos"]["x"], p["gridPos"]["y"]) for p in panels}))
        questions = [target["expr"] for panel in panels for target in panel["targets"]]
        rules = [{"record": f"asked:{number}", "expr": question.replace("$__rate_interval", "5m")}
                 for number, question in enumerate(questions)]
        space = Workspace()
        self.addCleanup(space.close)
        # JSON is YAML.
        self.check("check", "rules", space.file("asked.yml", json.dumps({"groups": [{"name": "asked", "rules": rules}]})))
