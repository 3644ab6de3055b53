"""acme_on_event: programs run when something happens to a certificate."""
import datetime
import os
import pwd
import time

from harness import ChallTestSrv, Pebble, control
from harness.both import Site, on_both_servers
from harness.control import acmectl
from harness.fault_answers import Request
from harness.fault_proxy import FaultProxy, status
from harness.processes import wait_until

# Notes its arguments and its environment in a file of its own; $1 is the folder, $2 what it is to do besides.
HOOK = """#!/bin/sh
out=$(mktemp "$1/tmp.XXXXXX")
{ for a in "$@"; do echo "arg $a"; done; /usr/bin/env; id -u | sed 's/^/uid /'; } >"$out"
mv "$out" "$1/run.$ACME_EVENT.$(date +%s.%N)"
case "$2" in
fail) echo "no luck today"; exit 5;;
once) test -e "$1/first" && exit 0; touch "$1/first"; exit 5;;
until) test -e "$1/go" || exit 5;;
hang) sleep 300;;
esac
"""


@on_both_servers
class Hooks(Site):
    def setUp(self):
        super().setUp()
        self.runs = self.space.folder("runs")
        os.chmod(self.runs, 0o777)
        self.program = self.space.file("hook.sh", HOOK, mode=0o755)

    def hook(self, event, *more):
        return self.line(f"acme_on_event {event} {self.program} {self.runs} {' '.join(more)}")

    def server(self, *hooks, hosts=(("one.example", "www.one.example"),), **options):
        return self.managed([list(names) for names in hosts],
                            extra=self.line("acme_reload off") + "".join(hooks), level="info", **options)

    def noted(self, event, number=1, seconds=40):
        """What the runs for this event noted, once there are so many."""
        def found():
            names = sorted(name for name in os.listdir(self.runs) if name.startswith(f"run.{event}."))
            return names if len(names) >= number else None
        names = wait_until(found, seconds, f"{number} runs for {event}")
        texts = []
        for name in names:
            with open(os.path.join(self.runs, name), encoding="utf-8") as file:
                texts.append(file.read().splitlines())
        return texts

    def test_renewed_with_its_words_and_environment(self):
        server = self.server(self.hook("renewed", "'two words'", "'$HOME;id'"), self.hook("failed")).start()
        seen = server.wait_for_certificate("one.example", self.ca)
        lines, = self.noted("renewed")
        self.assertEqual([line for line in lines if line.startswith("arg ")],
                         [f"arg {self.runs}", "arg two words", "arg $HOME;id"])
        variables = dict(line.split("=", 1) for line in lines if "=" in line)
        expected = {"ACME_EVENT": "renewed", "ACME_NAME": "one.example",
                    "ACME_NAMES": "one.example www.one.example", "ACME_ISSUER": "test", "ACME_KEY_TYPE": "ecdsa:256",
                    "RENEWED_DOMAINS": "one.example www.one.example",
                    "RENEWED_LINEAGE": f"{server.state_path}/live/one.example"}
        self.assertEqual(expected, {name: variables.get(name) for name in expected})
        self.assertEqual(variables["ACME_SERIAL"].lstrip("0"), seen.serial.lstrip("0"))
        # Nothing else: no secret, nothing of the server's own environment.
        known = set(expected) | {"PATH", "LANG", "PWD", "SHLVL", "_", "ACME_CERTIFICATE_ID", "ACME_SERIAL",
                                 "ACME_NOT_AFTER", "ACME_MESSAGE", "OLDPWD"}
        self.assertEqual(set(variables) - known, set())
        self.assertIn(f"uid {pwd.getpwnam(server.user).pw_uid}", lines)
        time.sleep(0.5)
        self.assertEqual(len(os.listdir(self.runs)), 1)

    def test_failed_says_why(self):
        dns = ChallTestSrv(self.space)
        self._ca = Pebble(self.space, dns, http_port=self.plain)
        dns.call("set-servfail", host="one.example")
        self.server(self.hook("failed")).start()
        lines = self.noted("failed")[0]
        message, = [line for line in lines if line.startswith("ACME_MESSAGE=")]
        self.assertIn("one.example", message)
        self.assertFalse(any(line.startswith("RENEWED_") for line in lines))

    def test_a_challenge_is_prepared_first(self):
        server = self.server(self.hook("challenge-setup")).start()
        server.wait_for_certificate("one.example", self.ca)
        runs = self.noted("challenge-setup", 2)
        self.assertEqual(len(runs), 2)
        names = {line for lines in runs for line in lines if line.startswith("ACME_CHALLENGE_NAME=")}
        self.assertEqual(names, {"ACME_CHALLENGE_NAME=one.example", "ACME_CHALLENGE_NAME=www.one.example"})

    def test_a_challenge_that_cannot_be_prepared_fails_the_attempt(self):
        server = self.server(self.hook("challenge-setup", "until"), hosts=[["one.example"]]).start()
        server.wait_for_log("challenge for one.example: the hook .*ended with status 5; tried again in")
        self.assertFalse(self.served("one.example").verified)
        self.space.file("runs/go", "")
        # Ten seconds later, or half a minute after that, the same order goes on.
        server.wait_for_certificate("one.example", self.ca, seconds=55)
        self.assertEqual(self.orders(), 1)

    def test_a_failing_hook_is_told_and_tried_again(self):
        server = self.server(self.hook("renewed", "once"), hosts=[["one.example"]]).start()
        server.wait_for_log("one.example: the hook .*hook.sh for renewed ended with status 5; tried again in [4-6] s")
        self.noted("renewed", 2)  # about five seconds later
        server.wait_for_log("the hook .*hook.sh for renewed ended with status 0")

    def test_a_hanging_hook_holds_up_nobody_and_survives_the_engine(self):
        server = self.server(self.hook("renewed", "hang"), hosts=[["one.example"], ["two.example"]]).start()
        for name in ("one.example", "two.example"):
            server.wait_for_certificate(name, self.ca)
        self.noted("renewed", 2)
        self.assertTrue(server.stop(30))
        server.start()
        self.noted("renewed", 4)
        self.assertTrue(server.stop(30))
        # By itself, not because its five seconds were up; on a busy machine they may have been, once.
        with open(f"{server.state_path}/engine/ledger", encoding="ascii") as file:
            self.assertIn("\tengine_stop\t", file.read())

    def test_a_program_that_is_not_there_is_told(self):
        server = self.server(self.line("acme_on_event renewed /nonexistent/program"), hosts=[["one.example"]]).start()
        server.wait_for_log("the hook /nonexistent/program for renewed: /nonexistent/program cannot be run: No such file")
        server.wait_for_certificate("one.example", self.ca)

    @staticmethod
    def variables(lines):
        return dict(line.split("=", 1) for line in lines if "=" in line)

    def test_expiring_is_told_once(self):
        """At a fifth of its life, of 20 s here: renewing it fails again and again by then."""
        self._ca = FaultProxy(self.space, self.start_ca(validity=20))
        self.ca.on("/order-plz", Request.forward)
        self.ca.on("/order-plz", status(500), nth=None)  # from the second on
        server = self.server(self.hook("expiring"), hosts=[["one.example"]]).start()
        seen = server.wait_for_certificate("one.example", self.ca)
        variables = self.variables(self.noted("expiring")[0])
        self.assertEqual(("expiring", "one.example", seen.serial.lstrip("0")),
                         (variables["ACME_EVENT"], variables["ACME_NAME"], variables["ACME_SERIAL"].lstrip("0")))
        self.assertRegex(variables["ACME_MESSAGE"], r"one\.example: valid only to .* and not renewed: .*HTTP 500")
        left = datetime.datetime.fromisoformat(variables["ACME_NOT_AFTER"]) - datetime.datetime.now(datetime.timezone.utc)
        self.assertLess(left.total_seconds(), 5)
        failures = server.log().count("; tried again in")
        self.assertEqual(control.FAILED, acmectl(server, "renew", "one.example").code)
        wait_until(lambda: server.log().count("; tried again in") > failures, 20, "one more failure")
        time.sleep(0.3)
        self.assertEqual(1, len(os.listdir(self.runs)))

    def test_revoked_is_told_of_the_one_that_was(self):
        server = self.server(self.hook("revoked"), self.hook("renewed"), hosts=[["one.example"]]).start()
        before = server.wait_for_certificate("one.example", self.ca).serial
        self.noted("renewed")
        answer = acmectl(server, "revoke", "-y", "--reason", "keyCompromise", "one.example")
        self.assertEqual(control.DONE, answer.code, answer)
        variables = self.variables(self.noted("revoked")[0])
        self.assertEqual(("revoked", "one.example", before.lstrip("0")),
                         (variables["ACME_EVENT"], variables["ACME_NAME"], variables["ACME_SERIAL"].lstrip("0")))
        self.assertIn("its certificate was revoked", variables["ACME_MESSAGE"])
        renewed = [self.variables(lines)["ACME_SERIAL"].lstrip("0") for lines in self.noted("renewed", 2)]
        after = server.wait_for_certificate("one.example", self.ca, other_than=before).serial
        self.assertEqual([before.lstrip("0"), after.lstrip("0")], renewed)
        self.assertEqual(1, len(self.noted("revoked")))
