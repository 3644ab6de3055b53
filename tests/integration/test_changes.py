"""Changes of the configuration: what is served never has a gap, and nothing is ordered without need."""
import re
import threading
import time

from harness import Pebble, sites
from harness.both import Site, on_both_servers
from harness.processes import wait_until
from harness.tls import verified


class Watch(threading.Thread):
    """Handshakes for one name all the time; what was ever wrong is in `wrong`."""

    def __init__(self, port, name, root):
        super().__init__(daemon=True)
        self.port, self.name_asked, self.root = port, name, root
        self.wrong, self.count, self.ended = set(), 0, False
        self.start()

    def run(self):
        while not self.ended:
            seen = verified(self.port, self.name_asked, self.root, timeout=20)
            self.count += 1
            if isinstance(seen, str):
                self.wrong.add(seen)
            time.sleep(0.02)

    def end(self):
        self.ended = True
        self.join(30)


@on_both_servers
class Changes(Site):
    def text(self, hosts, certificate="test", ca=None, name="test"):
        """The whole configuration for these virtual hosts."""
        inside = (sites.issuer(self.kind, ca or self.ca, name) + self.line("acme_reload off") +
                  sites.plain(self.kind, self.plain) +
                  "".join(sites.host(self.kind, self.tls, names, certificate) for names in hosts))
        if self.nginx:
            return self.server.configuration(inside)
        return self.server.configuration(inside, (f"127.0.0.1:{self.plain}", f"127.0.0.1:{self.tls}"))

    def begin(self, hosts):
        self.server = self.managed(hosts).start()
        before = self.server.wait_for_certificate(hosts[0][0], self.ca)
        # While one thread looks for a new certificate others serve what was: the engine connects until then.
        self.server.wait_for_log("seen live", 40)
        time.sleep(0.1)  # each process looks every 50 ms
        return before

    def engines(self):
        """How many began so far."""
        return len(re.findall(r"managing \d+ certificate", self.server.log()))

    def change(self, text):
        """Until the reload surely was."""
        before = self.engines()
        self.server.write(text)
        self.server.reload()
        wait_until(lambda: self.engines() > before, 25, "the next engine")

    def becomes(self, name, condition, what):
        """The certificate that is served once it is so."""
        def served():
            seen = self.served(name)
            return seen if condition(seen) else None
        try:
            return wait_until(served, 25, what, pause=0.1)
        except TimeoutError:
            self.fail(f"{what}: {self.served(name)}\n{self.server.log()}")

    def watched(self, name, text, condition, what):
        """Changes the configuration under handshakes; not one of them may fail."""
        watch = Watch(self.tls, name, self.ca.root_path)
        self.change(text)
        try:
            return self.becomes(name, condition, what)
        finally:
            enough = watch.count + 10
            wait_until(lambda: watch.count > enough, 20, "handshakes enough")
            watch.end()
            self.assertEqual(watch.wrong, set(), self.server.log())
            self.assertGreater(watch.count, 10)

    def test_a_name_added(self):
        self.begin([["one.example"]])
        self.watched("one.example", self.text([["one.example", "new.example"]]),
                     lambda seen: "new.example" in seen.names, "the new name is there")
        self.server.wait_for_log("one.example: the stored certificate .* is served until its own is there")
        self.assertEqual(self.orders(), 2)

    def test_a_name_removed_needs_no_order(self):
        before = self.begin([["one.example", "two.example"]])
        self.watched("one.example", self.text([["one.example"]]), lambda seen: seen.serial == before.serial, "the same")
        self.server.wait_for_log("one.example: the certificate from before covers it, ordered about 20")
        time.sleep(1)
        self.assertEqual(self.orders(), 1)
        self.assertEqual(self.served("one.example").serial, before.serial)

    def test_the_first_name_changed(self):
        before = self.begin([["one.example", "two.example"]])
        self.watched("two.example", self.text([["two.example", "one.example"]]),
                     lambda seen: seen.serial == before.serial, "the same")
        time.sleep(1)
        self.assertEqual(self.orders(), 1)

    def test_names_moved_between_servers(self):
        self.begin([["one.example", "two.example"], ["three.example"]])
        self.server.wait_for_certificate("three.example", self.ca)
        self.watched("two.example", self.text([["one.example"], ["three.example", "two.example"]]),
                     lambda seen: seen.names == ["three.example", "two.example"], "it has moved")

    def test_another_key_type(self):
        self.begin([["one.example"]])
        self.watched("one.example", self.text([["one.example"]], "test key=rsa:2048"),
                     lambda seen: seen.key_type == "rsa:2048", "the new key type")

    def test_a_key_type_added_and_removed(self):
        before = self.begin([["one.example"]])
        self.watched("one.example", self.text([["one.example"]], "test key=ecdsa:256,rsa:2048"),
                     lambda seen: self.orders() == 2, "the second is ordered")
        self.assertEqual(self.served("one.example").serial, before.serial)
        self.watched("one.example", self.text([["one.example"]]), lambda seen: seen.serial == before.serial, "the same")
        time.sleep(0.5)
        self.assertEqual(self.orders(), 2)

    def test_another_issuer_and_back(self):
        before = self.begin([["one.example"]])
        other = Pebble(self.space, self.ca.dns, http_port=self.plain)
        roots = self.space.file("both.pem", "")
        with open(roots, "wb") as file:
            for ca in (self.ca, other):
                with open(ca.root_path, "rb") as one:
                    file.write(one.read() + b"\n")
        watch = Watch(self.tls, "one.example", roots)
        self.change(self.text([["one.example"]], "other", other, "other"))
        self.server.wait_for_certificate("one.example", other)
        self.change(self.text([["one.example"]]))
        self.becomes("one.example", lambda seen: seen.serial == before.serial, "the first one's is found again")
        watch.end()
        self.assertEqual(watch.wrong, set(), self.server.log())
        self.assertEqual(self.orders(), 1)
        self.assertEqual(self.ca.requests()["/sign-me-up"], 1)

    def test_another_state_directory(self):
        before = self.begin([["one.example"]])
        old = self.server.state_path
        self.server.state_path = old + "-new"
        after = self.watched("one.example", self.text([["one.example"]]), lambda seen: seen.serial != before.serial,
                             "ordered anew")
        self.assertTrue(after.verified)

    def test_the_same_names_in_several_hosts(self):
        before = self.begin([["one.example", "two.example"]])
        second = (sites.host(self.kind, self.tls, ["two.example"], "test one.example two.example"))
        first = (sites.host(self.kind, self.tls, ["one.example"], "test one.example two.example"))
        inside = sites.issuer(self.kind, self.ca) + self.line("acme_reload off") + sites.plain(self.kind, self.plain)
        inside += first + second
        listen = (f"127.0.0.1:{self.plain}", f"127.0.0.1:{self.tls}")
        text = self.server.configuration(inside) if self.nginx else self.server.configuration(inside, listen)
        for name in ("one.example", "two.example"):
            self.watched(name, text, lambda seen: seen.serial == before.serial, "the same")
        self.assertEqual(self.orders(), 1)
