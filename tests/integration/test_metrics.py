"""The metrics of the status page: right after success and failure, the same as HTML and JSON say, and counted on over
reloads and restarts; both formats as promtool and the OpenMetrics parser of Prometheus' client want them."""
import datetime
import re

from prometheus_client.openmetrics.parser import text_string_to_metric_families

from harness import status
from harness.both import on_both_servers
from harness.processes import wait_until
from harness.status_site import StatusSite

OPEN_METRICS = "application/openmetrics-text; version=1.0.0"
SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$")


def samples(text):
    """{("acme_attempts_total", "test", "success"): 1.0, ...}: the name and the values of all labels, in their order."""
    found = {}
    for line in text.splitlines():
        match = SAMPLE.match(line) if not line.startswith("#") else None
        if match:
            found[(match[1], *re.findall(r'="([^"]*)"', match[2] or ""))] = float(match[3])
    return found


@on_both_servers
class Metrics(StatusSite):
    time_limit = 120

    def metrics(self):
        answer = self.ask("/acme?format=metrics")
        self.assertEqual(200, answer.status, answer.text)
        return samples(answer.text)

    def value(self, *key):
        return self.metrics().get(key)

    def failures(self):
        return sum(count for key, count in self.metrics().items()
                   if key[0] == "acme_attempts_total" and key[2] != "success")

    def one_good_one_bad(self):
        """one.example gets its certificate, two.example is unknown to the CA's DNS."""
        self.ca.dns.call("set-servfail", host="two.example")
        server = self.site(names=("one.example", "two.example"))
        self.live(server.start())
        wait_until(lambda: self.standing("two.example") == "failing", 20, "the attempt at two.example failed")
        self.wait_for_fresh_answers()
        return server

    def test_figures_after_success_and_failure(self):
        self.one_good_one_bad()
        told = self.metrics()
        self.assertEqual(1, told["acme_attempts_total", "test", "success"])
        self.assertGreaterEqual(self.failures(), 1)
        self.assertEqual(0, told.get(("acme_attempts_total", "test", "other"), 0))
        self.assertEqual(1, told["acme_order_duration_seconds_count", "test"])
        self.assertEqual(1, told["acme_order_duration_seconds_bucket", "test", "+Inf"])
        self.assertGreater(told["acme_order_duration_seconds_sum", "test"], 0)
        self.assertEqual(1, told["acme_engine_up",])
        self.assertEqual(1, told["acme_issuer_up", "test"])
        self.assertEqual(0, told["acme_issuer_requests_total", "test", "none"])
        self.assertGreaterEqual(told["acme_issuer_requests_total", "test", "201"], 3)  # an account, two orders
        self.assertLess(told["acme_issuer_limit_remaining", "test", "failed_validations"],
                        told["acme_issuer_limit_allowed", "test", "failed_validations"])
        ends = [value for key, value in told.items() if key[0] == "acme_certificate_not_after_timestamp_seconds"]
        self.assertEqual([self.served("one.example").not_after.timestamp()], ends)

    def test_formats_agree(self):
        self.one_good_one_bad()
        document, told, page = self.ask("/acme?format=json").json, self.metrics(), self.ask(accept="text/html").text
        for state, count in document["counts"].items():
            self.assertEqual(count, told["acme_certificates", state], state)
        self.assertEqual((1, 1), (document["counts"]["valid"], document["counts"]["failing"]))
        self.assertEqual(len(document["certificates"]), len([key for key in told if key[0] == "acme_certificate_state"]))
        for row in document["certificates"]:
            labels = (row["id"], row["name"], row["issuer"])
            self.assertEqual(1, told.get(("acme_certificate_state", *labels, row["state"])), row)
            self.assertEqual(row["failures"], told["acme_certificate_consecutive_failures", *labels])
            self.assertIn(row["name"], page)
            if row.get("not_after"):
                ends = datetime.datetime.fromisoformat(row["not_after"].replace("Z", "+00:00")).timestamp()
                self.assertEqual(ends, told["acme_certificate_not_after_timestamp_seconds", *labels])

    def test_counters_go_on_over_reload_and_restart(self):
        server = self.one_good_one_bad()
        failed = self.failures()
        server.reload()  # gives what failed one try
        wait_until(lambda: self.failures() > failed, 20, "the reload's try is counted")
        self.wait_for_fresh_answers()
        self.assertEqual(1, self.value("acme_attempts_total", "test", "success"))
        asked = self.value("acme_issuer_requests_total", "test", "201")
        self.assertTrue(server.stop())
        self.ca.dns.call("clear-servfail", host="two.example")
        server.start()
        wait_until(lambda: self.value("acme_attempts_total", "test", "success") == 2, 20, "two.example is there")
        self.wait_for_fresh_answers()
        self.assertGreater(self.failures(), failed)
        self.assertGreater(self.value("acme_issuer_requests_total", "test", "201"), asked)
        self.assertEqual(2, self.value("acme_order_duration_seconds_count", "test"))

    def test_a_dead_ca_is_down(self):
        self.ca.stop()
        self.site().start()
        wait_until(lambda: self.ask("/acme?format=metrics").status == 200, 20, "there is a status")
        wait_until(lambda: self.value("acme_attempts_total", "test", "transport"), 20, "the CA could not be asked")
        self.wait_for_fresh_answers()
        told = self.metrics()
        self.assertEqual(0, told["acme_issuer_up", "test"])
        self.assertGreaterEqual(told["acme_issuer_requests_total", "test", "none"], 1)
        self.assertNotIn(("acme_issuer_last_success_timestamp_seconds", "test"), told)
        # There is none in the moment of the next try.
        wait_until(lambda: self.value("acme_issuer_paused_until_timestamp_seconds", "test"), 20, "the CA's pause is told")

    def test_tools_read_both_formats(self):
        self.one_good_one_bad()
        self.assertEqual("", status.complaints_of_promtool(self.ask("/acme?format=metrics").body))
        answer = self.ask(accept=OPEN_METRICS)
        self.assertEqual("application/openmetrics-text", answer.kind)
        families = {family.name: family for family in text_string_to_metric_families(answer.text)}
        self.assertEqual("counter", families["acme_attempts"].type)
        self.assertEqual("seconds", families["acme_order_duration_seconds"].unit)
        self.assertEqual("info", families["acme_build"].type)
        read = {(sample.name, *sample.labels.values()): sample.value
                for family in families.values() for sample in family.samples}
        same = {key: value for key, value in samples(answer.text).items() if key[0].startswith("acme_certificate")}
        self.assertEqual(same, {key: value for key, value in read.items() if key in same})
