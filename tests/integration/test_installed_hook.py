"""The hook for `installed`: run by who loads the configuration once live/ is written; the place for other daemons."""
import os
import time

from harness.both import Site, on_both_servers
from harness.processes import wait_until

HOOK = """#!/bin/sh
cat "$RENEWED_LINEAGE/fullchain.pem" "$RENEWED_LINEAGE/privkey.pem" >"$1/tmp.$$" || exit 1
{ /usr/bin/env; id -u | sed 's/^/uid /'; ls -l /proc/$PPID/fd; } >"$1/env"
test "$2" = fail && { echo "cannot reload it"; exit 3; }
while test "$2" = held && ! test -e "$1/go"; do sleep 0.1; done
mv "$1/tmp.$$" "$1/copy.$(date +%s.%N)"
"""


@on_both_servers
class Installed(Site):
    def setUp(self):
        super().setUp()
        self.out = self.space.folder("out")
        os.chmod(self.out, 0o777)
        self.program = self.space.file("hook.sh", HOOK, mode=0o755)

    def server(self, more="", reload="off", **options):
        extra = self.line(f"acme_reload {reload}") + self.line(f"acme_on_event installed {self.program} {self.out} {more}")
        return self.managed([["one.example"]], extra=extra, level="notice", **options)

    def copies(self):
        return sorted(name for name in os.listdir(self.out) if name.startswith("copy."))

    def test_it_reads_live_after_the_reload(self):
        server = self.server(reload="on").start()
        seen = server.wait_for_certificate("one.example", self.ca)
        wait_until(self.copies, 20, "the hook has run\n" + server.log())
        with open(os.path.join(self.out, self.copies()[0]), encoding="utf-8") as file:
            text = file.read()
        self.assertIn("PRIVATE KEY", text)
        with open(os.path.join(self.out, "env"), encoding="utf-8") as file:
            lines = file.read().splitlines()
        self.assertIn(f"uid {os.getuid()}", lines)
        self.assertIn(f"RENEWED_LINEAGE={server.state_path}/live/one.example", lines)
        self.assertIn("RENEWED_DOMAINS=one.example", lines)
        # Of the CA nothing; of the server no listener.
        self.assertFalse([line for line in lines if line.startswith(("ACME_SERIAL", "ACME_MESSAGE", "ACME_NOT_AFTER"))])
        self.assertFalse([line for line in lines if "socket:" in line], lines)
        self.assertEqual(self.served("one.example").serial, seen.serial)
        # Nothing new: it does not run again.
        server.reload()
        time.sleep(2)
        self.assertEqual(len(self.copies()), 1)

    def test_it_delays_no_start_and_its_failure_is_told(self):
        server = self.server(more="fail").start()
        server.wait_for_certificate("one.example", self.ca)
        server.reload()
        server.wait_for_log("one.example: the hook .*hook.sh for installed ended with status 3: cannot reload it; tried")
        self.assertTrue(self.served("one.example").verified)

    def test_what_others_can_change_is_not_run_as_root(self):
        server = self.server().start()
        server.wait_for_certificate("one.example", self.ca)
        os.chmod(self.program, 0o757)  # not there yet when the configuration was loaded
        server.reload()
        server.wait_for_log("error.*one.example: the hook .*hook.sh for installed is not run as root: others than root can "
                            r"change it \(run: chown root \S+ && chmod go-w \S+\); tried")
        self.assertFalse(os.listdir(self.out))
        os.chmod(self.program, 0o755)
        wait_until(self.copies, 50, "the next try, or the one after it\n" + server.log())

    def test_a_slow_one_holds_up_no_start(self):
        server = self.server(more="held").start()
        server.wait_for_certificate("one.example", self.ca)
        self.assertTrue(server.stop())
        server.start()
        self.assertTrue(self.served("one.example").verified)
        wait_until(lambda: os.path.exists(os.path.join(self.out, "env")), 20, "the hook has begun\n" + server.log())
        self.assertEqual(self.copies(), [])
        self.space.file("out/go", "")
        wait_until(self.copies, 20, "the hook has ended\n" + server.log())
