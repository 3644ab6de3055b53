"""A state directory that cannot be used stops no server: what is there is served, one error names the command
that mends it, and it goes on by itself once mended."""
import glob
import os
import pwd
import re
import shutil
import unittest

from harness import mounts
from harness.both import Site, on_both_servers
from harness.processes import wait_until

ROOT = unittest.skipUnless(mounts.possible(), "needs root, and to mount something for itself")


class Faults(Site):
    """How all of them go: issue or not, break, look, mend."""

    def serves_placeholder(self, server):
        self.assertFalse(self.served("one.example").verified)
        self.assertTrue(server.running)

    def error(self, server, pattern):
        """The one error line that matches."""
        match = server.wait_for_log(rf"(?m)^.*error\].*({pattern}).*$", 40)
        found = re.findall(rf"(?m)^.*(?:error|emerg|crit)\].*(?:{pattern}).*$", server.log())
        self.assertEqual(1, len(found), found)
        return match[0]

    def follow(self, server, command):
        """Does what the message says, as a shell of root's would."""
        self.assertEqual(0, os.system(command), command)

    def restart_serves(self, server, serial):
        self.assertTrue(server.stop())
        server.start()
        self.assertEqual(serial, self.served("one.example").serial)

    def reload(self, server):
        before = set(server.processes())
        server.reload()
        wait_until(lambda: set(server.processes()) - before, 20, "new processes after the reload")


@on_both_servers
class CannotBeUsed(Faults):
    @ROOT
    def test_it_cannot_be_made(self):
        server = self.managed([["one.example"]])
        parent = os.path.join(self.space.path, "parent")
        os.makedirs(parent)
        mounts.bind_read_only(parent)
        self.move_state(server, os.path.join(parent, "acme"))
        server.start()
        self.serves_placeholder(server)
        line = self.error(server, "cannot make .*parent/acme")
        self.assertIn("Read-only file system", line)
        self.assertEqual(0, self.orders())
        mounts.unmount(parent, server.master)
        self.reload(server)
        server.wait_for_certificate("one.example", self.ca)

    @ROOT
    def test_the_engine_directory_belongs_to_another(self):
        server = self.managed([["one.example"]])
        os.makedirs(os.path.join(server.state_path, "engine"))
        os.chmod(os.path.join(server.state_path, "engine"), 0o700)
        shutil.chown(os.path.join(server.state_path, "engine"), "nobody", "nogroup")
        server.start()
        self.serves_placeholder(server)
        line = self.error(server, "engine belongs to nobody, not to www-data")
        self.assertIn("reload the server after that", line)
        command = re.search(r"run: (chown -R \S+ \S+/engine)", line)[1]
        self.follow(server, command)
        self.reload(server)
        server.wait_for_certificate("one.example", self.ca)

    @ROOT
    def test_the_engine_directory_changes_hands_while_it_is_served(self):
        server = self.managed([["one.example"]]).start()
        serial = server.wait_for_certificate("one.example", self.ca).serial
        self.assertTrue(server.stop())
        self.assertEqual(0, os.system(f"chown -R nobody {server.state_path}/engine"))
        server.start()
        self.assertEqual(serial, self.served("one.example").serial)
        command = re.search(r"run: (chown -R \S+ \S+/engine)", self.error(server, "belongs to nobody"))[1]
        self.follow(server, command)
        server.wait_for_log("managing 1 certificate, next renewal", 40)  # by itself
        self.assertEqual(serial, self.served("one.example").serial)
        self.assertEqual(1, self.orders())

    @ROOT
    def test_others_may_write_or_look(self):
        """The state directory itself and engine/, of the server and of an issuer; each mended by the command told."""
        moved = os.path.join(self.space.path, "moved")
        server = self.managed([["one.example"]], words=[f"state_path {moved}"]).start()
        serial = server.wait_for_certificate("one.example", self.ca).serial
        self.assertTrue(server.stop())
        state, nobody = server.state_path, pwd.getpwnam("nobody").pw_uid
        for path, mode, owner, text in ((state, 0o775, 0, "others may write to"), (state, 0o757, 0, "others may write to"),
                                        (state, 0o755, nobody, "belongs to nobody"), (moved, 0o777, 0, "others may write to"),
                                        (f"{state}/engine", 0o755, None, "everybody may look into"),
                                        (f"{state}/engine", 0o770, None, "others may write to"),
                                        (f"{moved}/engine", 0o704, None, "everybody may look into")):
            with self.subTest(path=path, mode=oct(mode), owner=owner):
                before = os.stat(path)
                os.chmod(path, mode)
                if owner is not None:
                    os.chown(path, owner, -1)
                os.truncate(server.log_path, 0)
                server.start()
                self.assertEqual(serial, self.served("one.example").serial)
                line = self.error(server, f"certificates cannot be obtained: .*{text}")
                self.assertIn(path, line)
                self.follow(server, re.search(r"run: ([^();]+)", line)[1])
                self.assertEqual(before.st_uid, os.stat(path).st_uid)
                self.assertEqual(0, os.stat(path).st_mode & 0o022)
                os.truncate(server.log_path, 0)
                self.reload(server)
                server.wait_for_log("managing 1 certificate")
                self.assertNotIn("cannot be obtained", server.log())
                self.assertEqual(serial, self.served("one.example").serial)
                self.assertTrue(server.stop())
        self.assertEqual(1, self.orders())

    @ROOT
    def test_others_may_read_the_secret(self):
        server = self.managed([["one.example"]]).start()
        serial = server.wait_for_certificate("one.example", self.ca).serial
        self.assertTrue(server.stop())
        os.chmod(f"{server.state_path}/secret", 0o644)
        os.truncate(server.log_path, 0)
        server.start()
        line = self.error(server, "others may read .*/secret")
        self.assertEqual(serial, self.served("one.example").serial)
        self.follow(server, re.search(r"run: (chmod \S+ \S+/secret)", line)[1])
        self.reload(server)
        self.assertEqual(serial, self.served("one.example").serial)
        self.assertEqual(1, self.orders())

    def test_the_secret_is_missing(self):
        server = self.managed([["one.example"]]).start()
        serial = server.wait_for_certificate("one.example", self.ca).serial
        self.assertTrue(server.stop())
        secret = f"{server.state_path}/secret"
        before = self.stored(server)
        os.rename(secret, secret + ".saved")
        os.truncate(server.log_path, 0)
        server.start()
        self.serves_placeholder(server)
        line = self.error(server, "/secret is missing")
        self.assertRegex(line, "restore .*/secret from a backup")
        self.assertFalse(os.path.exists(secret))
        self.assertEqual(1, self.orders())
        self.assertEqual(before, self.stored(server))
        os.rename(secret + ".saved", secret)
        self.reload(server)
        wait_until(lambda: self.served("one.example").serial == serial, 20, "the stored certificate is served again")
        self.assertEqual(1, self.orders())

    def test_the_secret_is_something_else(self):
        server = self.managed([["one.example"]]).start()
        serial = server.wait_for_certificate("one.example", self.ca).serial
        self.assertTrue(server.stop())
        secret = f"{server.state_path}/secret"
        os.rename(secret, secret + ".saved")
        for plant, text in ((os.mkfifo, "not a regular file"), (os.mkdir, "not a regular file"),
                            (lambda path: os.symlink("secret.saved", path), "cannot open"),
                            (lambda path: self.space.file(path, "short", 0o600), "not 32 bytes long")):
            with self.subTest(text):
                plant(secret)
                os.truncate(server.log_path, 0)
                server.start()
                self.serves_placeholder(server)
                self.error(server, f"/secret.*{text}|{text}.*/secret")
                self.assertTrue(server.stop())
                os.rmdir(secret) if os.path.isdir(secret) else os.remove(secret)
        os.rename(secret + ".saved", secret)
        server.start()
        self.assertEqual(serial, self.served("one.example").serial)
        self.assertEqual(1, self.orders())

    def test_something_is_in_the_way_of_live(self):
        server = self.managed([["one.example"]])
        os.makedirs(f"{server.state_path}/live/one.example")
        server.start()
        serial = server.wait_for_certificate("one.example", self.ca).serial
        self.reload(server)
        server.wait_for_log(f"warn.*move it away: {server.state_path}/live/one.example")
        self.assertEqual(serial, self.served("one.example").serial)

    def test_deleted_under_the_running_server(self):
        # With the reload that follows an issuance: a process that began before it and saw no handshake has nothing.
        server = self.managed([["one.example"]], extra="").start()
        serial = server.wait_for_certificate("one.example", self.ca).serial
        wait_until(lambda: os.path.exists(f"{server.state_path}/live/one.example"), 20, "the reload")
        wait_until(lambda: len(re.findall("managing 1 certificate", server.log())) == 2, 20, "the engine after it")
        wait_until(lambda: self.deleted(server.state_path), 20, "all is deleted")
        self.error(server, "was deleted or replaced")
        self.assertEqual(serial, self.served("one.example").serial)
        self.assertEqual(1, self.orders())
        self.reload(server)
        server.wait_for_certificate("one.example", self.ca, other_than=serial)
        self.assertEqual(2, self.orders())

    @staticmethod
    def deleted(path):
        """At once or not: the engine still writes."""
        shutil.rmtree(path, ignore_errors=True)
        return not os.path.exists(path)

    @staticmethod
    def stored(server):
        found = {}
        for path in glob.glob(f"{server.state_path}/engine/*/*/**", recursive=True):
            if os.path.isfile(path) and not path.endswith("state.json"):
                with open(path, "rb") as file:
                    found[path] = file.read()
        return found

    @staticmethod
    def move_state(server, path):
        with open(server.conf_path, encoding="ascii") as file:
            text = file.read()
        server.write(text.replace(server.state_path, path))
        server.state_path = path


@on_both_servers
class Disk(Faults):
    @ROOT
    def test_full_during_an_order(self):
        self.ca.dns.pause()  # nothing is validated meanwhile
        server = self.managed([["one.example"]])
        mounts.tmpfs(server.state_path, "300k")
        self.addCleanup(mounts.unmount, server.state_path)
        server.start()
        self.addCleanup(server.stop)
        wait_until(lambda: glob.glob(f"{server.state_path}/engine/orders/*.json"), 20, "the order is under way")
        filler = mounts.fill(server.state_path)
        self.ca.dns.go_on()
        server.wait_for_log(r"one\.example.*No space left on device")
        self.serves_placeholder(server)
        os.remove(filler)
        server.wait_for_certificate("one.example", self.ca, 90)
        self.assertEqual(1, self.orders())

    @ROOT
    def test_full_from_the_beginning(self):
        server = self.managed([["one.example"]])
        mounts.tmpfs(server.state_path, "300k")
        self.addCleanup(mounts.unmount, server.state_path)
        filler = mounts.fill(server.state_path)
        server.start()
        self.addCleanup(server.stop)
        self.serves_placeholder(server)
        self.assertIn("No space left on device", self.error(server, "certificates cannot be obtained"))
        os.remove(filler)
        self.reload(server)
        server.wait_for_certificate("one.example", self.ca)

    @ROOT
    def test_read_only_under_the_running_server(self):
        self.ca.dns.pause()
        server = self.managed([["one.example"]]).start()
        wait_until(lambda: glob.glob(f"{server.state_path}/engine/orders/*.json"), 20, "the order is under way")
        for name in ("certificates", "orders"):
            mounts.bind_read_only(f"{server.state_path}/engine/{name}", server.master)
        self.ca.dns.go_on()
        server.wait_for_log("(?m)^.*one.example.*Read-only file system.*$", 30)
        self.serves_placeholder(server)
        for name in ("certificates", "orders"):
            mounts.unmount(f"{server.state_path}/engine/{name}", server.master)
        server.wait_for_certificate("one.example", self.ca, 90)
        self.assertEqual(1, self.orders())


if __name__ == "__main__":
    unittest.main()
