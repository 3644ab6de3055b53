"""Another program under the worker's user, say a script that a web application was made to run: it reads no private
key, from no file and from no process, and leaves none in a core dump."""
import base64
import glob
import os
import pwd
import resource
import signal
import subprocess
import unittest

from harness.both import Site, on_both_servers
from harness.intruder import opened
from harness.processes import alive, wait_until
from harness.server import as_user

AS_ROOT = unittest.skipUnless(os.getuid() == 0, "needs root to become another user")
WAYS_IN = {"mem", "maps", "environ", "process_vm_readv", "attach", "seize"}


def traces(pem):
    """What a private key looks like: lines of its PEM, and pieces of its DER as they are, in hex and in base64."""
    der = subprocess.run(["openssl", "pkey", "-outform", "DER"], input=pem, capture_output=True, check=True).stdout
    text = subprocess.run(["openssl", "pkey", "-noout", "-text"], input=pem, capture_output=True, check=True).stdout
    number = bytes.fromhex("".join(text.decode().split("priv:")[1].split("pub:")[0].split()).replace(":", ""))[-32:]
    assert number in der
    return {*(line for line in pem.splitlines()[1:-1] if len(line) > 30), number, number.hex().encode(),
            base64.b64encode(number)[:40], base64.urlsafe_b64encode(number)[:40]}


@on_both_servers
class Intruder(Site):
    def issued(self, **options):
        server = self.managed([["one.example"]], extra="", **options).start()
        server.wait_for_certificate("one.example", self.ca)
        live = f"{server.state_path}/live/one.example/privkey.pem"
        wait_until(lambda: os.path.exists(live), 30, "live/ after the reload\n" + server.log())
        self.wait_for_closed(server, server.user)
        with open(live, "rb") as file:
            self.key = traces(file.read())
        return server

    def wait_for_closed(self, server, user, *more):
        """All processes that there are, when none of them is open: one that has only just begun closes itself first."""
        ways = {}

        def closed():
            nonlocal ways
            titles = {pid: title for pid, title in server.processes().items() if alive(pid)}
            found = opened(user, [*more, *titles])
            self.assertLessEqual(WAYS_IN, found.pop(0))
            ways = {titles.get(pid, "the main process"): open_ways for pid, open_ways in found.items() if open_ways}
            return titles if len(titles) >= 2 and not ways else None
        try:
            return wait_until(closed, 20, "all closed")
        except TimeoutError:
            self.fail(f"{ways} of {server.processes()}")

    @AS_ROOT
    def test_it_looks_into_no_process(self):
        server = self.issued()
        worker = pwd.getpwnam(server.user).pw_uid
        wait_until(lambda: [self.uid(pid) for pid in server.processes()].count(worker) >= 2, 20, "a worker and the engine")
        self.wait_for_closed(server, server.user, server.master)
        self.assertTrue(server.running)

    @AS_ROOT
    def test_it_reads_no_file_with_a_key(self):
        server = self.issued()
        files, read = 0, 0
        for folder in (server.folder, self.space.path):
            for place, _, names in os.walk(folder):
                for name in names:
                    files += 1
                    done = subprocess.run(as_user(server.user) + ["cat", "--", os.path.join(place, name)],
                                          capture_output=True, check=False, timeout=60,
                                          stdin=subprocess.DEVNULL) if self.regular(place, name) else None
                    if done is None or done.returncode != 0:
                        continue
                    read += 1
                    for trace in self.key:
                        self.assertNotIn(trace, done.stdout, os.path.join(place, name))
        self.assertGreater(read, 10)
        self.assertGreater(files, read)

    @staticmethod
    def regular(place, name):
        return os.path.isfile(os.path.join(place, name))

    @AS_ROOT
    def test_it_makes_no_process_dump_core(self):
        limits = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_CORE, (limits[0], limits[1]))
        server = self.issued()
        os.chmod(server.folder, 0o777)
        for path in (server.folder, "/"):
            before = set(glob.glob(os.path.join(path, "core*")))
            for pid in self.wait_for_closed(server, server.user):
                subprocess.run(as_user(server.user) + ["kill", f"-{signal.SIGABRT}", str(pid)], check=False)
                wait_until(lambda pid=pid: not alive(pid), 20, f"{pid} ends")
            self.assertEqual(before, set(glob.glob(os.path.join(path, "core*"))))
        server.wait_for_certificate("one.example", self.ca)

    @AS_ROOT
    def test_a_server_of_an_ordinary_user(self):
        """As in a container: all of it is the same user's, and only what serves and orders can be kept closed."""
        extra = self.line("acme_reload off")
        if self.nginx:  # one more process, the loader of caches, for a minute
            extra += f"proxy_cache_path {self.space.folder('nginx-caches')}/cache keys_zone=z:1m;\n"
        server = self.managed([["one.example"]], extra=extra)
        with open(server.conf_path, encoding="ascii") as file:
            lines = file.read().splitlines(keepends=True)
        server.write("".join(line for line in lines if not line.startswith(("user ", "User ", "Group "))))
        os.system(f"chown -R nobody {server.folder} {self.space.path}/nginx-caches 2>/dev/null")
        command = as_user("nobody") + server.command()
        server.command = lambda: command
        server.start()
        server.wait_for_certificate("one.example", self.ca)
        titles = self.wait_for_closed(server, "nobody").values()
        if self.nginx:
            self.assertIn("loader", " ".join(titles))

    @staticmethod
    def uid(pid):
        """None when it has ended: after a reload some do."""
        try:
            with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
                return int(next(line for line in file if line.startswith("Uid:")).split()[1])
        except OSError:
            return None


if __name__ == "__main__":
    unittest.main()
