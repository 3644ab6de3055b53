"""acme_sandbox: what the kernel refuses to the engine's process, and that nothing of its work is among it."""
import os
import pwd
import shutil
import signal
import subprocess
import unittest
import urllib.request

from harness.both import Site, on_both_servers
from harness.control import DONE, acmectl
from harness.fault_site import engine_of
from harness.intruder import opened
from harness.nginx_site import NginxSite
from harness.processes import Daemon, wait_until
from harness.server import as_user
from harness.without_calls import without

AS_ROOT = unittest.skipUnless(os.getuid() == 0, "needs root to become another user")

HOOK = """#!/bin/sh
echo "$ACME_EVENT" >"$1/seen"
"""
BY_THE_KERNEL = r"the engine's process is confined: files by Landlock; system calls by seccomp"


def facts(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


def facts_if_there(pid):
    """None of a process that has ended: reloads go on."""
    try:
        with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
            found = {**facts(pid), "title": file.read()}
    except OSError:
        return None
    return found if found["title"] else None  # without memory it is about to end


def is_engines(found):
    return found.get("Name") == "acme engine" or "cache manager" in found["title"]


@on_both_servers
class Sandbox(Site):
    def site(self, *words, **options):
        extra = "".join(self.line(word) for word in words)
        return self.managed([["one.example"]], extra=extra, level="info", **options)

    def confined(self, server):
        found = facts_if_there(engine_of(server)) or {}
        return found.get("NoNewPrivs"), found.get("Seccomp")

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
        # The newest engine may only just have begun.
        wait_until(lambda: self.confined(server) == ("1", "2"), 20, "the engine is confined")
        serving = [found for found in map(facts_if_there, server.processes()) if found and not is_engines(found)]
        self.assertTrue(serving)
        for found in serving:
            self.assertEqual("0", found["Seccomp"], found)
        self.assertNotIn("ermission denied", server.log())
        self.assertNotIn("not permitted", server.log())

    def test_off(self):
        server = self.site("acme_reload off", "acme_sandbox off").start()
        server.wait_for_certificate("one.example", self.ca)
        self.assertEqual(("0", "0"), self.confined(server))
        server.wait_for_log("the engine's process is not confined: the configuration says so")

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
        # The newest engine may only just have begun, as after each reload.
        wait_until(lambda: self.confined(server)[0] == "1", 20, "the engine is confined")

    def exchange_roots(self, path):
        """As an operator's tool would: the name leads to another file at once."""
        os.symlink(path, self.ca.trusted + ".new")
        os.rename(self.ca.trusted + ".new", self.ca.trusted)

    def foreign_roots(self, server):
        """The same roots in a place that the worker's user may read, and that nothing in the configuration names."""
        path = self.space.file("home/me/roots.pem")
        shutil.copyfile(self.ca.trusted, path)
        os.chmod(path, 0o644)
        if os.getuid() == 0:
            subprocess.run(as_user(server.user) + ["cat", path], stdout=subprocess.DEVNULL, check=True)
        return path

    def renewed(self, server, other_than):
        wait_until(lambda: acmectl(server, "status").code == DONE, 30, "the engine, which may be a new one, answers")
        answer = acmectl(server, "renew", "--force", "one.example")
        self.assertEqual(DONE, answer.code, answer)
        return server.wait_for_certificate("one.example", self.ca, other_than=other_than).serial

    def test_a_foreign_file_is_refused(self):
        """The engine tries to read the roots' new place, which its user may, and it may not: another process may."""
        server = self.site("acme_reload off").start()
        serial = server.wait_for_certificate("one.example", self.ca).serial
        server.wait_for_log(r"the engine's process is confined: .*")
        if "confined: files not" in server.log():
            self.skipTest("no Landlock here")
        engine = engine_of(server)
        self.exchange_roots(self.foreign_roots(server))
        server.wait_for_log(f"{self.ca.trusted} was exchanged: the engine's process, which is confined, is started again",
                            30)
        self.assertNotEqual(engine, engine_of(server, other_than=engine))
        self.renewed(server, serial)
        self.assertNotIn("ended unexpectedly", server.log())

    def test_nothing_is_foreign_to_the_free(self):
        server = self.site("acme_reload off", "acme_sandbox off").start()
        serial = server.wait_for_certificate("one.example", self.ca).serial
        engine = engine_of(server)
        self.exchange_roots(self.foreign_roots(server))
        self.renewed(server, serial)
        self.assertEqual(engine, engine_of(server))

    def test_a_state_directory_from_a_backup(self):
        server = self.site("acme_reload off").start()
        serial = server.wait_for_certificate("one.example", self.ca).serial
        state = server.state_path
        subprocess.run(["cp", "-a", state, state + ".backup"], check=True)
        os.rename(state, state + ".damaged")
        os.rename(state + ".backup", state)
        server.wait_for_log(f"{state}/engine was exchanged", 30)
        self.renewed(server, serial)

    def lacking(self, what, said, filters):
        """Does all of its work on a kernel without `what`."""
        server = self.site("acme_reload off")
        command = without(what, server.command())
        server.command = lambda: command
        server.start()
        serial = server.wait_for_certificate("one.example", self.ca).serial
        server.wait_for_log(f"the engine's process is confined: {said}")
        self.serial = self.renewed(server, serial)
        engine = engine_of(server)
        # One filter is the test's own, and there for all.
        self.assertEqual(("1", str(filters)), (facts(engine)["NoNewPrivs"], facts(engine)["Seccomp_filters"]))
        self.assertEqual("1", facts(server.master)["Seccomp_filters"])
        return server

    def test_without_landlock(self):
        server = self.lacking("landlock", "files not: no Landlock: Function not implemented; system calls by seccomp", 2)
        engine = engine_of(server)
        self.exchange_roots(self.foreign_roots(server))
        self.renewed(server, self.serial)
        self.assertEqual(engine, engine_of(server))

    def test_without_seccomp(self):
        self.lacking("seccomp", "files by Landlock; system calls not: no seccomp: Function not implemented", 1)

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
        wait_until(lambda: os.path.exists(path), 20, "a new log file")

        def written():
            folder = f"/proc/{engine}/fd"
            return [os.path.realpath(os.path.join(folder, number)) for number in os.listdir(folder)]
        wait_until(lambda: path in written() and path + ".1" not in written(), 20, f"{path} in {written()}")


class NginxProcesses(NginxSite):
    """What else nginx does in the process that the engine is in, and what it does without that process."""

    def test_caches_are_tidied_up(self):
        """The "cache manager process" is the engine's; the loader of caches is another one."""
        cache = os.path.join(self.space.folder("caches"), "cache")
        server = self.nginx(
            f"proxy_cache_path {cache} levels=1:2 keys_zone=z:1m inactive=12s;\n" + self.issuer() +
            self.tls_server("a.example", "acme_certificate test;") + self.plain_server(
                f"location /cached {{ proxy_pass http://127.0.0.1:{self.plain}/page; proxy_cache z; "
                "proxy_cache_valid any 1m; } location /page { return 200 page; }")).start()
        wait_until(lambda: facts(engine_of(server))["Seccomp"] == "2", 20, "the engine is confined")

        def loader():
            return [pid for pid, title in server.processes().items() if "cache loader" in title]
        self.assertEqual(["0"], [facts(pid)["Seccomp"] for pid in wait_until(loader, 20, "the loader of caches")])
        for number in range(5):
            with urllib.request.urlopen(f"http://127.0.0.1:{self.plain}/cached?{number}", timeout=20) as answer:
                self.assertEqual(b"page", answer.read())
        self.assertTrue(self.files(cache))
        wait_until(lambda: not self.files(cache), 50, f"the cache is empty: {self.files(cache)}\n{server.log()}")
        self.assertNotIn("ermission denied", server.log())

    @staticmethod
    def files(folder):
        return [name for _, _, names in os.walk(folder) for name in names]

    def single(self, **options):
        return self.nginx(self.issuer() + "acme_reload off;\n" + self.tls_server("a.example", "acme_certificate test;") +
                          self.plain_server(), main="master_process off;", **options)

    @AS_ROOT
    def test_the_only_process_is_not_confined(self):
        """It serves, too; but it has keys, and is as closed as others that have."""
        server = self.single()
        subprocess.run(["chown", "-R", "nobody", server.folder], check=True)
        server.daemon = Daemon(as_user("nobody") + server.command(), self.space.file("single.log"), isolated=True)
        server.wait_for_certificate("a.example", self.ca)
        server.wait_for_log("the engine's process is not confined: it serves, too")
        pid = server.master
        self.assertEqual(("0", "0"), (facts(pid)["NoNewPrivs"], facts(pid)["Seccomp"]))
        self.assertEqual(pwd.getpwnam("nobody").pw_uid, int(facts(pid)["Uid"].split()[0]))
        found = opened("nobody", [pid])
        self.assertLessEqual({"mem", "environ", "attach"}, found[0])
        self.assertEqual(set(), found[pid])

    @AS_ROOT
    def test_none_in_an_only_process_of_root(self):
        server = self.single()
        server.start(wait=False)
        server.wait_for_log(r"the engine does not run as root.*remove \"master_process off\"")
        self.assertEqual(("0", "0"), (facts(server.master)["NoNewPrivs"], facts(server.master)["Seccomp"]))
        self.assertEqual(0, self.ca.requests()["/order-plz"])


if __name__ == "__main__":
    unittest.main()
