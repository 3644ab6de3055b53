"""acme_sandbox: what the kernel refuses to the engine's process, and that nothing of its work is among it."""
import os
import signal

from harness.both import Site, on_both_servers
from harness.fault_site import engine_of
from harness.processes import wait_until

HOOK = """#!/bin/sh
echo "$ACME_EVENT" >"$1/seen"
"""
BY_THE_KERNEL = r"the engine's process is confined: files by Landlock; system calls by seccomp"


def facts(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


@on_both_servers
class Sandbox(Site):
    def site(self, *words, **options):
        extra = "".join(self.line(word) for word in words)
        return self.managed([["one.example"]], extra=extra, level="info", **options)

    def confined(self, server):
        found = facts(engine_of(server))
        return found["NoNewPrivs"], found["Seccomp"]

    def test_orders_renewals_and_reloads_go_on(self):
        self.start_ca(validity=30)
        server = self.site("acme_reload on interval=1s").start()
        first = server.wait_for_certificate("one.example", self.ca).serial
        wait_until(lambda: os.path.exists(f"{server.state_path}/live/one.example"), 20, "live/ after a reload")
        second = server.wait_for_certificate("one.example", self.ca, 40, other_than=first).serial
        server.wait_for_certificate("one.example", self.ca, 40, other_than=second)
        if not server.wait_for_log(r"the engine's process is confined: .*"):
            self.fail("not said")
        if "confined: files not" in server.log() or "system calls not" in server.log():
            self.skipTest("this kernel confines less")
        server.wait_for_log(BY_THE_KERNEL)
        self.assertEqual(("1", "2"), self.confined(server))
        for pid in server.processes():
            if pid != engine_of(server):
                self.assertNotEqual("2", facts(pid).get("Seccomp"), "a process that serves")
        self.assertNotIn("ermission denied", server.log())
        self.assertNotIn("not permitted", server.log())

    def test_off(self):
        server = self.site("acme_reload off", "acme_sandbox off").start()
        server.wait_for_certificate("one.example", self.ca)
        self.assertEqual(("0", "0"), self.confined(server))
        self.assertNotIn("process is confined", server.log())

    def test_not_with_programs_of_the_configuration(self):
        runs = self.space.folder("runs")
        os.chmod(runs, 0o777)
        program = self.space.file("hook.sh", HOOK, mode=0o755)
        server = self.site("acme_reload off", f"acme_on_event renewed {program} {runs}").start()
        server.wait_for_certificate("one.example", self.ca)
        wait_until(lambda: os.path.exists(f"{runs}/seen"), 20, "the hook")
        self.assertEqual(("0", "0"), self.confined(server))
        server.wait_for_log(r"the engine's process is not confined: it runs programs")

    def test_the_installed_hook_is_the_parents(self):
        """It is run by root, whom nothing confines."""
        runs = self.space.folder("runs")
        program = self.space.file("hook.sh", HOOK, mode=0o755)
        server = self.site("acme_reload on interval=1s", f"acme_on_event installed {program} {runs}").start()
        server.wait_for_certificate("one.example", self.ca)
        wait_until(lambda: os.path.exists(f"{runs}/seen"), 20, "the hook")
        self.assertEqual("1", self.confined(server)[0])

    def test_roots_may_be_exchanged_meanwhile(self):
        server = self.site("acme_reload off")
        kept = self.ca.trusted + ".kept"
        os.rename(self.ca.trusted, kept)
        with open(kept, "rb") as file:
            roots = file.read()
        with open(self.ca.trusted, "wb") as file:
            file.write(roots)
        os.chmod(self.ca.trusted, 0o644)
        server.start()
        engine_of(server)
        os.rename(kept, self.ca.trusted)
        server.wait_for_certificate("one.example", self.ca)

    def test_a_wrong_word(self):
        server = self.site("acme_reload off", "acme_sandbox maybe")
        code, output = server.check()
        self.assertNotEqual(0, code)
        self.assertIn('"maybe" is neither on nor off', output)

    def test_log_files_are_opened_anew(self):
        if not self.nginx:
            self.skipTest("httpd opens its log files in its parent alone")
        server = self.site("acme_reload off").start()
        server.wait_for_certificate("one.example", self.ca)
        path = server.log_path
        engine = engine_of(server)
        os.rename(path, path + ".1")
        os.kill(server.master, signal.SIGUSR1)
        wait_until(lambda: os.path.exists(path), 10, "a new log file")

        def written():
            return [os.readlink(f"/proc/{engine}/fd/{number}") for number in os.listdir(f"/proc/{engine}/fd")]
        wait_until(lambda: path in written() and path + ".1" not in written(), 10, f"{path} in {written()}")
