"""http01 stateless: nodes that have one account key and nothing else in common answer for each other."""
import http.client
import os
import subprocess

from harness import sites
from harness.both import NoCa, Site, on_both_servers
from harness.ports import free_port

TOKEN = "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA"
PREFIX = "/.well-known/acme-challenge/"


@on_both_servers
class Stateless(Site):
    def setUp(self):
        super().setUp()
        self.key = self.account_key("account.key")

    def account_key(self, name):
        path = os.path.join(self.space.path, name)
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path],
                       check=True, capture_output=True)
        return path

    def other_node(self, *words):
        """Where all requests for the names arrive. It has no CA, so it orders nothing and signs in nowhere."""
        return sites.managed(self.kind, self.space, NoCa, [["one.example", "two.example"]], self.plain, self.tls,
                             words=words, extra=self.line("acme_reload off")).start()

    def ordering_node(self):
        tls = free_port()
        node = sites.managed(self.kind, self.space, self.ca, [["one.example"]], free_port(), tls,
                             words=[f"account_key {self.key}"], extra=self.line("acme_reload off")).start()
        return node, tls

    def answer(self, host, token=TOKEN, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", self.plain, timeout=10)
        connection.request(method, PREFIX + token, headers={"Host": host})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return body.decode() if response.status == 200 else response.status

    def test_one_node_orders_and_the_other_answers(self):
        self.other_node(f"account_key {self.key}", "http01 stateless")
        node, tls = self.ordering_node()
        node.wait_for_certificate("one.example", self.ca, port=tls)

    def test_without_it_nobody_answers(self):
        self.other_node(f"account_key {self.key}")
        node, _ = self.ordering_node()
        node.wait_for_log("could not validate one.example")

    def test_another_account_key_is_another_answer(self):
        self.other_node(f"account_key {self.account_key('another.key')}", "http01 stateless")
        node, _ = self.ordering_node()
        node.wait_for_log("could not validate one.example")

    def test_who_is_answered(self):
        self.other_node(f"account_key {self.key}", "http01 stateless")
        for host in ("one.example", "TWO.example", f"one.example:{self.plain}"):
            self.assertRegex(self.answer(host), rf"^{TOKEN}\.[A-Za-z0-9_-]{{43}}$", host)
        self.assertEqual("", self.answer("one.example", method="HEAD"))
        for host in ("three.example", "x.one.example", "127.0.0.1"):
            self.assertEqual(404, self.answer(host), host)
        for token in (TOKEN[:21], TOKEN * 4, TOKEN + ".x", TOKEN + "/", "%3Cscript%3E" + TOKEN):
            self.assertEqual(404, self.answer("one.example", token), token)
        self.assertNotEqual(TOKEN, str(self.answer("one.example", method="POST"))[:len(TOKEN)])
