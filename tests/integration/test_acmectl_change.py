"""acmectl: renewing, revoking, accounts, dry runs and plans on real servers with a real CA."""
import glob
import hashlib
import json
import os
import re
import subprocess
import time

from harness import ChallTestSrv, Pebble, control, sites
from harness.both import Site, on_both_servers
from harness.control import acmectl, rows
from harness.fault_site import RELOADED
from harness.processes import wait_until


class Changing(Site):
    def issued(self, *names, **options):
        self.server = self.managed([list(names or ("one.example",))], **options).start()
        self.certificate()
        return self.server

    def done(self, answer):
        self.assertEqual(control.DONE, answer.code, answer)
        return answer

    def revocation_status(self, serial):
        text = json.loads(self.ca.call(f"cert-status-by-serial/{serial}"))
        return text["Status"]

    def certificate(self, other_than=None):
        """Not every process serves a new one in the moment in which another does, or acmectl has its answer."""
        return self.server.wait_for_certificate("one.example", self.ca, other_than=other_than)

    def serial(self, other_than=None):
        return self.certificate(other_than).serial


@on_both_servers
class Renew(Changing):
    def test_now(self):
        server = self.issued()
        before = self.serial()
        answer = self.done(acmectl(server, "renew", "one.example"))
        self.assertIn("not due before", answer.output)
        self.assertIn("0 renewed, 1 not due", answer.output)
        answer = self.done(acmectl(server, "renew", "--force", "one.example"))
        self.assertIn("one.example: renewing the certificate from test", answer.output)
        self.assertIn("1 renewed", answer.output)
        self.serial(other_than=before)
        self.assertEqual(rows(server)[0]["version"], 2)
        self.done(acmectl(server, "renew", "--all", "--force"))
        self.assertEqual(3, self.orders())

    def test_with_a_reload_at_once(self):
        """The reload waits until acmectl has heard how it went."""
        server = self.managed([["one.example"]], extra=self.line("acme_reload on interval=1s")).start()
        self.reloaded(server, 1)
        self.assertIn("1 renewed", self.done(acmectl(server, "renew", "--force", "one.example")).output)
        self.reloaded(server, 2)

    @staticmethod
    def reloaded(server, times):
        """Once the engine answers that began after so many reloads by the one before."""
        for pattern, count in (("asking for a graceful reload", times), (RELOADED[server.name], times),
                               ("managing 1 certificate", times + 1)):
            wait_until(lambda: len(re.findall(pattern, server.log())) >= count, 20, f"{count} x {pattern}")
        wait_until(lambda: acmectl(server, "status").code == control.DONE, 20, "the engine answers")


@on_both_servers
class DryRun(Changing):
    def snapshot(self, server):
        """What is kept, by content."""
        found = {}
        for folder, _, names in os.walk(server.state_path):
            for name in names:
                path = os.path.join(folder, name)
                # The status' index has a heartbeat.
                if name in ("log", "challenges", "control.sock", "index") or os.path.islink(path):
                    continue
                try:
                    with open(path, "rb") as file:
                        found[path] = hashlib.sha256(file.read()).hexdigest()
                except FileNotFoundError:  # renamed when it was complete
                    pass
        return found

    def settled(self, server):
        """The same, once the engine has written down all that it does by itself within the first minute."""
        server.wait_for_log("one.example: seen live", 40)
        # The CA's suggestion is asked for at once then, not after ten seconds or so.
        self.done(acmectl(server, "renew", "one.example"))
        server.wait_for_log("one.example: test suggests to renew", 40)
        state, = glob.glob(f"{server.state_path}/engine/certificates/*/state.json")
        detail, = glob.glob(f"{server.state_path}/engine/status/certificates/*.json")
        wait_until(lambda: os.stat(detail).st_mtime_ns > os.stat(state).st_mtime_ns, 20, "the status tells the rest")

        def unchanged():
            found = self.snapshot(server)
            time.sleep(1.5)
            return found if found == self.snapshot(server) else None
        return wait_until(unchanged, 30, "nothing is written any more")

    def test_against_the_staging_environment(self):
        dns = ChallTestSrv(self.space)
        self._ca = Pebble(self.space, dns, http_port=self.plain)
        staging = Pebble(self.space, dns, http_port=self.plain)
        with open(staging.trusted, encoding="ascii") as more, open(self.ca.trusted, "a", encoding="ascii") as trusted:
            trusted.write(more.read())
        server = self.issued(words=[f"staging_uri {staging.uri}"])
        before, serial, orders = self.settled(server), self.serial(), self.orders()
        answer = self.done(acmectl(server, "renew", "--dry-run", "one.example"))
        self.assertIn("issued and verified", answer.output)
        self.assertEqual(1, staging.requests()["/order-plz"])
        self.assertEqual((serial, orders), (self.serial(), self.orders()))
        self.assertEqual(before, self.snapshot(server))

    def test_without_one_nothing_is_ordered(self):
        server = self.issued()
        before, orders = self.settled(server), self.orders()
        answer = self.done(acmectl(server, "renew", "--dry-run", "one.example"))
        self.assertIn("nothing was ordered", answer.output)
        self.assertEqual((before, orders), (self.snapshot(server), self.orders()))
        self.ca.stop()
        self.assertEqual(control.FAILED, acmectl(server, "renew", "--dry-run", "one.example").code)


@on_both_servers
class Revoke(Changing):
    def test_then_a_new_one(self):
        server = self.issued()
        before = self.serial()
        self.assertEqual(control.DECLINED, acmectl(server, "revoke", "one.example").code)
        self.assertEqual("Valid", self.revocation_status(before))
        answer = self.done(acmectl(server, "revoke", "--yes", "--reason", "SUPERSEDED", "one.example"))
        self.assertIn("the new certificate is served", answer.output)
        self.assertEqual("Revoked", self.revocation_status(before))
        self.assertEqual("Valid", self.revocation_status(self.serial(other_than=before)))

    def test_and_no_new_one(self):
        server = self.issued()
        before = self.serial()
        self.done(acmectl(server, "revoke", "-y", "--no-renew", "--reason", "5", "one.example"))
        self.assertEqual("Revoked", self.revocation_status(before))
        self.assertEqual((before, 1), (self.serial(), self.orders()))

    def test_what_was_revoked_is_held_until_renewed(self):
        server = self.issued()
        self.done(acmectl(server, "revoke", "-y", "--no-renew", "one.example"))
        self.assertTrue(server.stop())
        server.start()
        wait_until(lambda: acmectl(server, "status").code == control.DONE, 20, "an engine that answers")
        row, = rows(server)
        self.assertEqual(("revoked", None), (row["state"], row.get("next")))
        self.assertRegex(acmectl(server, "status").output, r"one\.example +revoked .* not by itself, held: it was revoked")
        self.assertIn("INVALID: REVOKED", acmectl(server, "certificates").output)
        self.assertEqual(1, self.orders())
        self.assertIn("1 renewed", self.done(acmectl(server, "renew", "one.example")).output)
        self.assertEqual("valid", rows(server)[0]["state"])

    def test_an_older_one(self):
        server = self.issued()
        first = self.serial()
        self.done(acmectl(server, "renew", "--force", "one.example"))
        second = self.serial(other_than=first)
        self.done(acmectl(server, "revoke", "-y", "--serial", first, "one.example"))
        self.assertEqual(("Revoked", "Valid"), (self.revocation_status(first), self.revocation_status(second)))
        self.assertEqual(2, self.orders())

    def test_a_compromised_key(self):
        server = self.issued(words=["reuse_key on"])
        before = self.certificate()
        self.done(acmectl(server, "revoke", "-y", "--reason", "keyCompromise", "one.example"))
        self.assertEqual("Revoked", self.revocation_status(before.serial))
        self.assertNotEqual(self.public_key(before), self.public_key(self.certificate(other_than=before.serial)))

    def test_by_its_key_from_files(self):
        server = self.issued()
        folder = self.space.folder("exported")
        self.done(acmectl(server, "export", "-o", folder, "one.example"))
        first, path = self.serial(), f"{folder}/one.example.pem"
        self.done(acmectl(server, "renew", "--force", "one.example"))
        self.done(acmectl(server, "account", "rollover", "-y"))
        self.done(acmectl(server, "revoke", "-y", "--cert", path, "--key", path, "--reason", "1"))
        self.assertEqual("Revoked", self.revocation_status(first))
        self.assertEqual("Valid", self.revocation_status(self.serial(other_than=first)))
        missing = acmectl(server, "revoke", "-y", "--cert", "/nonexistent")
        self.assertEqual((control.FAILED, 1), (missing.code, missing.error.count("\n")), missing)

    @staticmethod
    def public_key(certificate):
        done = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", "-pubkey"], input=certificate.der,
                              check=True, capture_output=True)
        return done.stdout


@on_both_servers
class Account(Changing):
    def test_shown(self):
        server = self.issued()
        account, = acmectl(server, "account", "show", "--json").json["accounts"]
        self.assertEqual(("test", "valid", ["mailto:admin@example.com"]),
                         (account["name"], account["account_status"], account["contact"]))
        self.assertIn(account["account_url"], acmectl(server, "account", "show", "test").output)

    def test_another_key(self):
        server = self.issued()
        account = acmectl(server, "account", "show", "--json").json["accounts"][0]["account_url"]
        self.assertEqual(control.DECLINED, acmectl(server, "account", "rollover").code)
        self.done(acmectl(server, "account", "rollover", "--yes"))
        self.assertEqual(1, self.ca.requests()["/rollover-account-key"])
        self.done(acmectl(server, "renew", "--force", "one.example"))
        server.stop()
        server.start()
        wait_until(lambda: acmectl(server, "status").code == control.DONE, 20, "the engine answers")
        self.done(acmectl(server, "renew", "--force", "one.example"))
        self.assertEqual(account, acmectl(server, "account", "show", "--json").json["accounts"][0]["account_url"])

    def test_given_up(self):
        server = self.issued()
        self.assertEqual(control.DECLINED, acmectl(server, "account", "deactivate").code)
        self.done(acmectl(server, "account", "deactivate", "--yes"))
        self.assertIn("Status: deactivated", acmectl(server, "account", "show").output)
        failed = acmectl(server, "renew", "--force", "one.example")
        self.assertEqual(control.FAILED, failed.code, failed)
        self.assertIn("deactivated", failed.error)
        self.certificate()


@on_both_servers
class Plan(Changing):
    def changes(self, server):
        return {row["name"]: row for row in
                self.done(acmectl(server, "plan", "--json")).json["state_directories"][0]["changes"]}

    def edit(self, server, hosts):
        wanted = sites.managed(self.kind, self.space, self.ca, hosts, self.plain, self.tls,
                               extra=self.line("acme_reload off"))
        with open(wanted.conf_path, encoding="utf-8") as file:
            server.write(file.read().replace(wanted.folder, server.folder))

    def test_before_a_reload(self):
        server = self.managed([["one.example"], ["two.example"], ["old.example"]]).start()
        for name in ("one.example", "two.example", "old.example"):
            server.wait_for_certificate(name, self.ca)
        self.assertEqual({"keep"}, {row["action"] for row in self.changes(server).values()})
        self.edit(server, [["one.example"], ["two.example", "www.two.example"], ["new.example"]])
        changes = self.changes(server)
        self.assertEqual({"one.example": "keep", "two.example": "replace", "new.example": "order", "old.example": "drop"},
                         {name: row["action"] for name, row in changes.items()})
        self.assertIn("names added: www.two.example", changes["two.example"]["why"])
        self.assertRegex(acmectl(server, "plan").output, r"replace +two\.example +names added: www\.two\.example")
        self.assertEqual(3, self.orders())
        server.write("broken {{{")
        answer = acmectl(server, "plan")
        self.assertEqual((control.FAILED, 1), (answer.code, answer.error.count("\n")), answer)
        self.assertIn("refuses the configuration", answer.error)

    def test_what_a_stored_certificate_spares(self):
        server = self.issued("one.example", "www.one.example")
        self.edit(server, [["one.example"]])
        change, = self.changes(server).values()
        self.assertEqual("keep", change["action"])
        spared = r"the (?:one of one\.example|certificate from before) covers it, ordered about 20"
        self.assertRegex(change["why"], r"names removed: www\.one\.example; " + spared)
        self.assertIn("a reload would order and renew nothing", acmectl(server, "plan").output)
        server.reload()
        server.wait_for_log("one.example: the certificate from before covers it, ordered about 20")
        wait_until(lambda: acmectl(server, "status").code == control.DONE and len(rows(server)[0]["names"]) == 1, 20,
                   "the new engine")
        self.assertEqual("the certificate from before covers it", rows(server)[0]["reason"])
        change, = self.changes(server).values()
        self.assertEqual("keep", change["action"])
        self.assertRegex(change["why"], spared)
        self.assertEqual(1, self.orders())

    def test_what_others_could_have_written_is_not_run(self):
        server = self.issued()
        path = f"{server.state_path}/server.json"
        with open(path, encoding="utf-8") as file:
            facts = json.load(file)
        self.assertTrue(os.path.isabs(facts["argv"][0]))
        if os.getuid() == 0:
            self.assertEqual((0, 0o644), (os.stat(path).st_uid, os.stat(path).st_mode & 0o777))
        os.chmod(path, 0o666)
        self.assertEqual(control.NO_PERMISSION, acmectl(server, "plan").code)
