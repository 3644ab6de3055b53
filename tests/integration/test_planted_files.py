"""What the worker's user plants in the state directory, or what time does to it, neither misleads nor holds up
the server: it starts within a moment, follows no link, and says once what is wrong."""
import glob
import os
import re
import shutil
import time
import unittest

from harness.both import Site, on_both_servers


@on_both_servers
class Planted(Site):
    """One issuance, then one restart after each thing planted."""
    time_limit = 120

    def issued(self):
        server = self.managed([["one.example"]]).start()
        self.serial = server.wait_for_certificate("one.example", self.ca).serial
        self.assertTrue(server.stop())
        # No new certificate while the damage is looked at.
        self.ca.stop()
        self.folder, = glob.glob(f"{server.state_path}/engine/certificates/*")
        self.victim = self.space.file("victim", "-----BEGIN untouched\n", mode=0o644)
        return server

    def restart(self, server):
        """Starts with an empty log; the server must answer handshakes soon: a FIFO would hold it up for ever."""
        os.truncate(server.log_path, 0)
        began = time.monotonic()
        server.start()
        seen = self.served("one.example")
        self.assertLess(time.monotonic() - began, 15)
        return seen

    def planted(self, server, path, plant, told=True):
        saved = path + ".saved-for-the-test"
        os.rename(path, saved)
        try:
            plant(path)
            seen = self.restart(server)
            if told:
                self.told(server)
            return seen
        finally:
            self.assertTrue(server.stop())
            self.remove(path)
            os.rename(saved, path)

    @staticmethod
    def remove(path):
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        elif os.path.lexists(path):
            os.remove(path)

    def link(self, path):
        os.symlink(self.victim, path)

    def link_to_the_same(self, path):
        os.symlink(path + ".saved-for-the-test", path)

    @staticmethod
    def huge(path):
        with open(path, "wb") as file:
            file.truncate(1 << 40)

    @staticmethod
    def garbage(path):
        with open(path, "wb") as file:
            file.write(b"\0\xff{%n%s" * 20)

    def test_in_place_of_what_root_reads(self):
        server = self.issued()
        version = f"{self.folder}/1"
        for path in (f"{version}/fullchain.pem", f"{version}/key.sealed", version, self.folder,
                     f"{server.state_path}/engine"):
            for plant in (self.link, self.link_to_the_same, os.mkfifo, self.huge, self.garbage):
                if plant == self.huge and not path.endswith(("pem", "sealed")):
                    continue
                name = f"{os.path.relpath(path, self.folder)}: {plant.__name__}"
                with self.subTest(name):
                    self.assertNotEqual(self.serial, self.planted(server, path, plant).serial)
        self.unchanged(server)

    def test_in_place_of_what_the_engine_reads(self):
        server = self.issued()
        for name in ("lock", "challenges", "ledger", "log", "accounts", "orders", "certificates"):
            path = f"{server.state_path}/engine/{name}"
            for plant in (os.mkfifo, self.link):
                with self.subTest(f"{name}: {plant.__name__}"):
                    seen = self.planted(server, path, plant, told=False)
                    self.assertEqual(seen.serial == self.serial, name != "certificates")
        self.unchanged(server)

    def test_in_place_of_the_current_version(self):
        server = self.issued()
        path = f"{self.folder}/current"
        for text in ("1/../1", "../../../../secret", "/", "01234567890", "7", "-1", "1 ", "x" * 255):
            with self.subTest(text):
                self.assertNotEqual(self.serial, self.planted(server, path, lambda place: os.symlink(text, place)).serial)
        for plant in (os.mkfifo, os.mkdir, self.huge):
            with self.subTest(plant.__name__):
                self.assertNotEqual(self.serial, self.planted(server, path, plant).serial)
        self.unchanged(server)

    def test_a_chain_that_was_changed_is_not_parsed(self):
        """Root checks the seal over key and chain before it reads either, whatever the worker's user put there: another
        chain of the same CA, one that no parser takes, one that is too long."""
        server = self.issued()
        path = f"{self.folder}/1/fullchain.pem"
        with open(path, encoding="ascii") as file:
            chain = file.read()
        unreadable = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
        for text, why in ((chain + "\n", "cannot open the sealed text"), (chain.replace("\n", "\r\n"), "cannot open the sealed text"),
                          (unreadable, "cannot open the sealed text"), ("", "cannot open the sealed text"),
                          (chain * 200, "longer than [0-9]+ bytes")):
            with self.subTest(why, size=len(text)):
                with open(path, "w", encoding="ascii", newline="") as file:
                    file.write(text)
                self.assertNotEqual(self.serial, self.restart(server).serial)
                server.wait_for_log(rf"error\].*one.example: the stored certificate cannot be used: .*{why}")
                self.assertTrue(server.stop())
        with open(path, "w", encoding="ascii") as file:
            file.write(chain)
        self.unchanged(server)

    def told(self, server):
        """By the load or by the engine, each of its lines once."""
        server.wait_for_log(r"(warn|error)\].*acme: .*(one\.example|/engine)")
        lines = re.findall(r"(?m)^.*(?:warn|error)\].*acme: (.*(?:one\.example|/engine).*)$", server.log())
        self.assertEqual(sorted(set(lines)), sorted(lines))

    def unchanged(self, server):
        """Nothing was lost by all this, and nothing outside was touched."""
        with open(self.victim, encoding="ascii") as file:
            self.assertEqual("-----BEGIN untouched\n", file.read())
        self.assertEqual(0o644, os.stat(self.victim).st_mode & 0o777)
        self.assertEqual(self.serial, self.restart(server).serial)

    def test_a_damaged_state_heals_and_is_told(self):
        server = self.issued()
        self.garbage(f"{self.folder}/state.json")
        self.assertEqual(self.serial, self.restart(server).serial)
        server.wait_for_log("one.example: its state was damaged and begins anew")
        server.wait_for_log("managing 1 certificate")  # it is written anew
        self.assertTrue(server.stop())
        self.assertEqual(self.serial, self.restart(server).serial)
        server.wait_for_log("managing 1 certificate")
        self.assertNotIn("damaged", server.log())

    def test_a_damaged_key_is_loud_and_nothing_is_overwritten(self):
        server = self.issued()
        key = f"{self.folder}/1/key.sealed"
        with open(key, "r+b") as file:
            file.seek(40)
            file.write(b"damage!")
            file.seek(0)
            damaged = file.read()
        self.assertFalse(self.restart(server).verified)
        server.wait_for_log(r"error\].*one.example: the stored certificate cannot be used: .*damaged.*not served")
        self.ca.start()
        server.reload()
        server.wait_for_certificate("one.example", self.ca, 40)
        with open(key, "rb") as file:
            self.assertEqual(damaged, file.read())
        self.assertEqual("2", os.readlink(f"{self.folder}/current"))


if __name__ == "__main__":
    unittest.main()
