"""Who can read what: private keys are in the clear below live/ alone, for root; a test of the configuration leaves
nothing behind; what the operator keeps secret is in no log."""
import base64
import glob
import os
import pwd
import re
import stat
import subprocess
import unittest

from harness.both import Site, on_both_servers
from harness.server import as_user
from harness.processes import wait_until

AS_ROOT = unittest.skipUnless(os.getuid() == 0, "needs root to become another user")
PRIVATE = b"PRIVATE KEY"


def everything(folder):
    """Paths of all that is below, and the folder's own."""
    yield folder
    for place, folders, files in os.walk(folder):
        for name in folders + files:
            yield os.path.join(place, name)


def facts_of(folder):
    """(path, facts) of all of it; what the engine removes meanwhile is left out."""
    for path in everything(folder):
        try:
            yield path, os.lstat(path)
        except FileNotFoundError:
            pass


def content(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""  # removed meanwhile


@on_both_servers
class Permissions(Site):
    def issued(self, server):
        server.start()
        server.wait_for_certificate("one.example", self.ca)
        live = f"{server.state_path}/live/one.example"
        wait_until(lambda: os.path.exists(live), 20, "live/ after the reload\n" + server.log())
        return server

    @AS_ROOT
    def test_the_state_directory(self):
        server = self.issued(self.managed([["one.example"]], extra=""))
        self.check(server)

    @AS_ROOT
    def test_whatever_the_umask(self):
        """A daemonized nginx has umask 0; Apache gets one from its service manager."""
        for umask in ("0", "0777"):
            with self.subTest(umask=umask):
                server = self.managed([["one.example"]], extra="")
                command = server.command()
                if self.nginx and umask == "0":
                    command = [word.replace("daemon off;", "daemon on;") for word in command]
                command = ["sh", "-c", f'umask {umask}; exec "$@"', "sh", *command]
                server.command = lambda command=command: command
                self.check(self.issued(server))
                self.assertTrue(server.stop())

    def check(self, server):
        worker = pwd.getpwnam(server.user).pw_uid
        others = stat.S_IRWXG | stat.S_IRWXO
        secret = os.stat(f"{server.state_path}/secret")
        self.assertEqual((0, 0o600), (secret.st_uid, stat.S_IMODE(secret.st_mode)))
        for path, facts in facts_of(f"{server.state_path}/engine"):
            self.assertEqual(worker, facts.st_uid, path)
            if not stat.S_ISLNK(facts.st_mode):
                self.assertEqual(0, facts.st_mode & others, path)
        keys = [path for path in everything(f"{server.state_path}/live") if path.endswith("privkey.pem")]
        self.assertTrue(keys)
        for path, facts in facts_of(f"{server.state_path}/live"):
            self.assertEqual(0, facts.st_uid, path)
            if not stat.S_ISLNK(facts.st_mode):
                self.assertEqual(0, facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH), path)
        for path in keys:
            self.assertEqual(0o600, stat.S_IMODE(os.stat(path).st_mode), path)
            with open(path, "rb") as file:
                self.assertIn(PRIVATE, file.read())
        self.no_key_in_the_clear(server)

    def no_key_in_the_clear(self, server):
        """Everything that the server has in its folder, as root and as the worker's user."""
        for path in everything(server.folder):
            if os.path.isfile(path) and "/live/" not in path:
                self.assertNotIn(PRIVATE, content(path), path)
        for folder, status in ((server.state_path, 2), (f"{server.state_path}/engine", 1)):  # 2: not all may be read
            # That a file is removed meanwhile is a 2, too.
            wait_until(lambda folder=folder, status=status: self.status_of_search(server, folder) == status, 20,
                       f"{folder} is searched")
        # What keeps a key sealed from them: they cannot read the secret.
        refused = subprocess.run(as_user(server.user) + ["cat", f"{server.state_path}/secret"], capture_output=True,
                                 check=False)
        self.assertNotEqual(0, refused.returncode)

    def status_of_search(self, server, folder):
        search = subprocess.run(as_user(server.user) + ["grep", "-rlsa", PRIVATE.decode(), folder],
                                capture_output=True, text=True, check=False)
        self.assertEqual("", search.stdout, folder)
        return search.returncode

    def test_no_secret_in_any_log(self):
        mac = base64.urlsafe_b64encode(b"a planted value for this test...").decode().rstrip("=")
        account = self.space.file("account.key")
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
                        account], check=True, capture_output=True)
        self.start_ca(config={"externalAccountBindingRequired": True, "externalAccountMACKeys": {"kid-1": mac}},
                      nonce_reject=30)
        server = self.managed([["one.example"]], level="debug", extra="", words=[
            f"external_account_key kid-1 data:{mac}", f"account_key {account}"])
        self.issued(server)
        with open(account, encoding="ascii") as file:
            account_pem = file.read()
        with open(f"{server.state_path}/secret", "rb") as file:
            secret = file.read()
        planted = {mac, "a planted value for this test", secret.hex(), base64.b64encode(secret).decode(), PRIVATE.decode(),
                   *account_pem.splitlines()[1:-1]}
        for path in glob.glob(f"{server.state_path}/live/one.example/privkey.pem"):
            with open(path, encoding="ascii") as file:
                planted |= set(file.read().splitlines()[1:-1])
        logs = [server.log_path, server.daemon.output_path, *glob.glob(f"{server.state_path}/engine/log*")]
        self.assertGreaterEqual(len(logs), 3)
        for path in logs:
            with open(path, encoding="utf-8", errors="replace") as file:
                text = file.read()
            for value in planted:
                self.assertNotIn(value, text, path)


@on_both_servers
class ConfigurationTest(Site):
    def looked_at(self, server):
        """All there is with its owner, mode and content's time, but for what the test wrote itself."""
        return {path: (os.lstat(path).st_uid, os.lstat(path).st_mode, os.lstat(path).st_mtime_ns)
                for path in everything(server.folder)}

    @AS_ROOT
    def test_it_leaves_nothing_behind(self):
        server = self.managed([["one.example"]])
        for user in (None, "nobody", server.user):
            with self.subTest(user=user, when="before the first start"):
                before = self.looked_at(server)
                status, output = server.check(user)
                # nginx itself opens its pid and log files, which another user may not.
                if user is None or not self.nginx:
                    self.assertEqual(0, status, output)
                self.assertNotRegex(output, "acme.*(error|emerg)|(error|emerg).*acme:")
                self.assertFalse(os.path.exists(server.state_path))
                own = self.own_of_nginx(server)
                self.assertEqual(before.keys() | own, self.looked_at(server).keys() | own)
        server.start()
        server.wait_for_certificate("one.example", self.ca)
        self.assertTrue(server.stop())
        requests = self.ca.requests()
        for user in (None, "nobody", server.user):
            with self.subTest(user=user, when="once everything is there"):
                before = {path: facts for path, facts in self.looked_at(server).items() if "/state" in path}
                status, output = server.check(user)
                if user is None or not self.nginx:
                    self.assertEqual(0, status, output)
                self.assertEqual(before, {path: facts for path, facts in self.looked_at(server).items()
                                          if "/state" in path})
        self.assertEqual(requests, self.ca.requests())

    @staticmethod
    def own_of_nginx(server):
        return {path for path in everything(server.folder) if re.search(r"/run/|/(access|error)\.log$", path)}

    @AS_ROOT
    def test_it_reports_a_mistake_to_anybody(self):
        server = self.managed([["one.example"]], certificate="nobody")
        for user in (None, "nobody"):
            status, output = server.check(user)
            self.assertNotEqual(0, status)
            self.assertIn('unknown issuer "nobody"', output)

    @AS_ROOT
    def test_it_changes_nothing_under_the_running_server(self):
        server = self.managed([["one.example"]]).start()
        serial = server.wait_for_certificate("one.example", self.ca).serial
        before = set(server.processes())
        self.assertEqual(0, server.check()[0])
        server.check("nobody")
        self.assertLessEqual(before, set(server.processes()))  # a slow Apache still adds some
        self.assertEqual(serial, self.served("one.example").serial)


@on_both_servers
class Unprivileged(Site):
    """The whole server under an ordinary user, as containers often have it."""

    @AS_ROOT
    def test_it_obtains_its_certificate(self):
        server = self.managed([["one.example"]])
        user = "nobody"
        with open(server.conf_path, encoding="ascii") as file:
            text = re.sub(r"(?m)^(user .*|User .*|Group .*)$", "", file.read())
        server.write(text)
        os.system(f"chown -R {user} {server.folder}")
        command = as_user(user) + server.command()
        server.command = lambda: command
        server.start()
        server.wait_for_certificate("one.example", self.ca)
        self.assertEqual(pwd.getpwnam(user).pw_uid, os.stat(f"{server.state_path}/secret").st_uid)


if __name__ == "__main__":
    unittest.main()
