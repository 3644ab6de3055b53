"""acmectl: looking, and every way in which a command comes to nothing; each is one line and a code of its own."""
import os
import stat
import unittest

from harness import control
from harness.both import NoCa, Site, on_both_servers
from harness.control import acmectl, rows
from harness.processes import wait_until

AS_ROOT = unittest.skipUnless(os.getuid() == 0, "needs root to become another user")


class CommandLine(unittest.TestCase):
    def test_wrong_usage(self):
        for words in ([], ["renew"], ["renew", "a", "--all"], ["revoke"], ["revoke", "--reason", "2", "a"],
                      ["revoke", "--reason", "because", "a"], ["account"], ["account", "burn"], ["export"], ["sing"],
                      ["status", "--verbose"], ["revoke", "--key", "k", "a"], ["revoke", "a", "--cert", "c"]):
            with self.subTest(words=words):
                answer = acmectl(None, *words, state="/nonexistent")
                self.assertEqual(control.USAGE, answer.code, answer)
                self.assertEqual(1, answer.error.count("\n"), answer.error)
                self.assertEqual("", answer.output)

    def test_help(self):
        answer = acmectl(None, "--help")
        self.assertEqual(control.DONE, answer.code)
        for word in ("status", "certificates", "renew", "revoke", "account", "plan", "export", "config"):
            self.assertIn(word, answer.output)

    def test_no_state_directory(self):
        for words in (["status"], ["certificates"], ["renew", "a"], ["revoke", "a", "--yes"], ["account", "show"],
                      ["account", "rollover", "-y"], ["plan"], ["export", "a"], ["config"]):
            with self.subTest(words=words):
                answer = acmectl(None, *words, state="/nonexistent/state")
                self.assertEqual(control.NO_ENGINE, answer.code, answer)
                self.assertIn("/nonexistent/state", answer.error)
                self.assertEqual(1, answer.error.count("\n"))


@on_both_servers
class Look(Site):
    def issued(self, hosts=(("one.example", "www.one.example"),), **options):
        server = self.managed([list(names) for names in hosts], **options).start()
        for names in hosts:
            server.wait_for_certificate(names[0], self.ca)
        return server

    def test_what_there_is(self):
        server = self.issued()
        row, = rows(server)
        self.assertEqual(["one.example", "www.one.example"], row["names"])
        served = server.wait_for_certificate("one.example", self.ca)
        self.assertEqual(served.serial.lstrip("0"), row["serial"].lstrip("0"))
        self.assertEqual(("valid", "test", "ecdsa:256", 1), tuple(row[k] for k in ("state", "issuer", "key_type", "version")))
        table = acmectl(server, "status")
        self.assertRegex(table.output, r"NAME +STATE +EXPIRES +ISSUER +KEY +NEXT\none\.example \+1 +valid(?:, live)? +20")
        listed = acmectl(server, "certificates", "www.one.example").output
        for word in ("Certificate Name: one.example", "Serial Number: " + row["serial"], "Key Type: ECDSA 256",
                     "Identifiers: one.example www.one.example", "(VALID: 89 days)", "Next Renewal: 20"):
            self.assertIn(word, listed)
        config = acmectl(server, "config", "--json").json["state_directories"][0]
        self.assertEqual(self.ca.uri, config["issuers"][0]["directory"])
        self.assertEqual("one.example", config["certificates"][0]["name"])
        self.assertIn(self.ca.uri, acmectl(server, "config").output)

    def test_unknown_and_ambiguous_names(self):
        server = self.issued((("one.example", "shared.example"), ("two.example", "shared.example")))
        for words in (["status"], ["certificates"], ["renew"], ["renew", "--dry-run"], ["revoke", "--yes"], ["export"]):
            with self.subTest(words=words):
                answer = acmectl(server, *words, "three.example")
                self.assertEqual(control.UNKNOWN_NAME, answer.code, answer)
                self.assertEqual("acmectl: no certificate is called three.example (acmectl certificates lists them)\n",
                                 answer.error)
                answer = acmectl(server, *words, "shared.example")
                self.assertEqual(control.AMBIGUOUS_NAME, answer.code, answer)
        self.assertEqual(control.UNKNOWN_NAME, acmectl(server, "account", "show", "nobody").code)
        self.assertEqual(control.UNKNOWN_NAME, acmectl(server, "revoke", "--yes", "--serial", "1234").code)

    def test_no_engine(self):
        server = self.issued()
        socket = f"{server.state_path}/engine/control.sock"
        self.assertEqual(0o600, stat.S_IMODE(os.stat(socket).st_mode))
        self.assertTrue(server.stop())
        # httpd kills an engine that takes longer than a second to end.
        with open(f"{server.state_path}/engine/ledger", encoding="utf-8") as ledger:
            orderly = "\tengine_stop\t" in ledger.read()
        self.assertEqual(not orderly, os.path.exists(socket))
        answer = acmectl(server, "status")
        self.assertEqual((control.NO_ENGINE, 1), (answer.code, answer.error.count("\n")), answer)
        self.assertIn("no engine is running for", answer.error)

    def test_after_a_reload(self):
        server = self.issued()
        before = acmectl(server, "status", "--json").json["state_directories"][0]["process"]
        server.reload()

        def new_engine_answers():
            answer = acmectl(server, "status", "--json")
            self.assertIn(answer.code, (control.DONE, control.NO_ENGINE, control.ENGINE_ENDED), answer)
            return answer.code == control.DONE and answer.json["state_directories"][0]["process"] != before
        wait_until(new_engine_answers, 20, "the engine of the new configuration answers")

    @AS_ROOT
    def test_permissions(self):
        server = self.issued()
        for words in (["status"], ["certificates"], ["config"], ["account", "show"]):
            self.assertEqual(control.DONE, acmectl(server, *words, user=server.user).code, words)
        for words in (["renew", "--force", "one.example"], ["renew", "--dry-run", "one.example"],
                      ["revoke", "--yes", "one.example"], ["export", "one.example"], ["account", "rollover", "-y"],
                      ["account", "deactivate", "-y"]):
            answer = acmectl(server, *words, user=server.user)
            self.assertEqual(control.NO_PERMISSION, answer.code, (words, answer))
        for words in (["status"], ["renew", "one.example"], ["export", "one.example"]):
            answer = acmectl(server, *words, user="nobody")
            self.assertEqual((control.NO_PERMISSION, 1), (answer.code, answer.error.count("\n")), (words, answer))
        self.assertEqual(1, self.orders())

    def test_export(self):
        server = self.issued()
        printed = acmectl(server, "export", "one.example").output
        self.assertIn("-----BEGIN PRIVATE KEY-----", printed)
        self.assertEqual(2, printed.count("-----BEGIN CERTIFICATE-----"))
        folder = self.space.folder("exported")
        self.assertEqual(control.DONE, acmectl(server, "export", "one.example", "-o", folder).code)
        path = f"{folder}/one.example.pem"
        self.assertEqual(0o600, stat.S_IMODE(os.stat(path).st_mode))
        with open(path, encoding="ascii") as file:
            self.assertEqual(printed, file.read())
        self.assertEqual(control.FAILED, acmectl(server, "export", "one.example", "-o", "/nonexistent").code)
        self.assertNotIn("PRIVATE", server.log())


@on_both_servers
class LookBeforeAnything(Site):
    def test_nothing_yet(self):
        """The CA does not answer."""
        self._ca = NoCa()
        server = self.managed([["one.example"]]).start()
        server.wait_for_log("one.example.*tried again")
        row, = rows(server)
        self.assertEqual(("failing", 0), (row["state"], row["version"]))
        self.assertIn("127.0.0.1", row["last_error"])
        self.assertEqual(control.FAILED, acmectl(server, "export", "one.example").code)
        renewed = acmectl(server, "renew", "one.example")
        self.assertEqual(control.FAILED, renewed.code, renewed)
        self.assertIn("one.example", renewed.error)
