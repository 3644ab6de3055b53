"""acme_notify: people and monitoring are told of trouble and of its end."""
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import os
import socket
import struct
import threading

from harness import ChallTestSrv, Pebble, control
from harness.both import Site, on_both_servers
from harness.control import acmectl
from harness.mistakes import MistakesSite
from harness.places import REPOSITORY
from harness.ports import free_port
from harness.processes import wait_until

SECRET = "correct horse"
TOKEN = "T0K3N"
# Keeps what it is given: its arguments, its environment and the message.
SENDMAIL = """#!/bin/sh
out=$(mktemp "%s/tmp.XXXXXX")
{ for a in "$@"; do echo "arg $a"; done; /usr/bin/env | sed 's/^/env /'; echo; cat; } >"$out"
mv "$out" "%s/mail.$(date +%%s.%%N)"
"""


class Receiver:
    """A webhook. Answers what `answers` says, one after the other, then 204."""

    def __init__(self, test, answers=()):
        self.requests, self.answers = [], list(answers)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests.append((self.path, dict(self.headers), body))
                self.send_response(outer.answers.pop(0) if outer.answers else 204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/in/{TOKEN}"
        thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        thread.start()
        test.addCleanup(thread.join)
        test.addCleanup(self.server.server_close)
        test.addCleanup(self.server.shutdown)

    def notices(self, number, seconds=40):
        wait_until(lambda: len(self.requests) >= number, seconds, f"{number} requests")
        return [json.loads(body) for _, _, body in self.requests]


def verified(headers, body):
    expected = hmac.new(SECRET.encode(), headers["X-Acme-Timestamp"].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(headers["X-Acme-Signature"], "sha256=" + expected)


def fields_of(datagram):
    """What journald reads of it."""
    fields = []
    while datagram:
        line, _, rest = datagram.partition(b"\n")
        name, equals, value = line.partition(b"=")
        if not equals:
            length, = struct.unpack("<Q", rest[:8])
            value, rest = rest[8:8 + length], rest[9 + length:]
        fields.append((name.decode(), value.decode()))
        datagram = rest
    return dict(fields)


@on_both_servers
class Notices(Site):
    def setUp(self):
        super().setUp()
        self.mails = self.space.folder("mails")
        os.chmod(self.mails, 0o777)
        self.sendmail = self.space.file("sendmail", SENDMAIL % (self.mails, self.mails), mode=0o755)
        self.secret = self.space.file("hook.secret", SECRET + "\n", mode=0o600)

    def log_socket(self, name):
        path = os.path.join(self.mails, name)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listening.bind(path)
        os.chmod(path, 0o666)
        listening.settimeout(30)
        self.addCleanup(listening.close)
        return path, listening

    def server(self, *lines, **options):
        extra = self.line("acme_reload off") + "".join(self.line("acme_notify " + text) for text in lines)
        return self.managed([["one.example"]], extra=extra, level="info", **options)

    def mail(self, number, seconds=40):
        """The arguments and the message of the newest of so many mails."""
        def found():
            names = sorted(name for name in os.listdir(self.mails) if name.startswith("mail."))
            return names if len(names) >= number else None
        with open(os.path.join(self.mails, wait_until(found, seconds, f"{number} mails")[-1]), "rb") as file:
            head, _, message = file.read().partition(b"\n\n")
        lines = head.decode().splitlines()
        return ([line[4:] for line in lines if line.startswith("arg ")],
                [line[4:] for line in lines if line.startswith("env ")],
                email.message_from_bytes(message, policy=email.policy.default))

    @staticmethod
    def under_way(server):
        """Notices that would be told in the engine's next life."""
        with open(f"{server.state_path}/engine/notices.json", encoding="utf-8") as file:
            return [line for line in file if "to" in json.loads(line)]

    def test_a_trouble_and_its_end_are_told_once_each(self):
        dns = ChallTestSrv(self.space)
        self._ca = Pebble(self.space, dns, http_port=self.plain)
        dns.call("set-servfail", host="one.example")
        hook = Receiver(self, answers=[500])
        journal_path, journal = self.log_socket("journal")
        syslog_path, syslog = self.log_socket("log")
        server = self.server(f"webhook {hook.url} secret_file={self.secret}",
                             f"mail root sendmail={self.sendmail} from=www@example.com",
                             f"syslog socket={journal_path} format=journald",
                             f"syslog socket={syslog_path} facility=local3").start()
        # What failed came again, with the same id.
        first, notice = hook.notices(2)
        self.assertEqual((first["id"], "failed", "error", 1, "test"),
                         (notice["id"], notice["event"], notice["severity"], notice["affected"], notice["issuer"]))
        self.assertEqual("one.example: no certificate could be had from test", notice["title"])
        self.assertEqual(["one.example"], [one["name"] for one in notice["certificates"]])
        with open(os.path.join(REPOSITORY, "conf-examples/monitoring/notice.schema.json"), encoding="utf-8") as file:
            schema = json.load(file)
        self.assertLessEqual(set(schema["required"]), set(notice))
        self.assertLessEqual(set(notice), set(schema["properties"]))
        for path, headers, body in hook.requests:
            self.assertEqual(f"/in/{TOKEN}", path)
            self.assertEqual((notice["id"], "failed"), (headers["X-Acme-Delivery"], headers["X-Acme-Event"]))
            self.assertTrue(verified(headers, body))
        arguments, environment, mail = self.mail(1)
        self.assertEqual(["-i", "-f", "www@example.com", "--", "root"], arguments)
        self.assertEqual({"PATH", "LANG"}, {line.split("=")[0] for line in environment} - {"PWD", "SHLVL", "_", "OLDPWD"})
        self.assertEqual(("root", "www@example.com", "auto-generated"), (mail["To"], mail["From"], mail["Auto-Submitted"]))
        self.assertRegex(mail["Subject"], r"^\[.+\] one\.example: no certificate could be had from test$")
        for text in ("Since ", "placeholder", "It is tried again by itself", "acmectl certificates one.example"):
            self.assertIn(text, mail.get_content())
        fields = fields_of(journal.recv(65536))
        self.assertEqual(("failed", "one.example", "test", "3"),
                         tuple(fields[name] for name in ("ACME_EVENT", "ACME_NAME", "ACME_ISSUER", "PRIORITY")))
        self.assertEqual(notice["text"], fields["ACME_TEXT"])
        self.assertRegex(syslog.recv(65536).decode(), r"^<155>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \w+\[\d+\]: one\.example: ")
        # A restart repeats nothing that was seen to arrive; the next that is told is the end.
        wait_until(lambda: not self.under_way(server), 20, "the receivers' answers are noted")
        self.assertTrue(server.stop())
        server.start()
        dns.call("clear-servfail", host="one.example")
        wait_until(lambda: acmectl(server, "renew", "one.example").code == control.DONE, 30, "the renewal")
        self.assertEqual(["failed", "failed", "recovered"], [one["event"] for one in hook.notices(3)])
        end = hook.notices(3)[2]
        self.assertEqual(("one.example: works again", notice["trouble"]), (end["title"], end["trouble"]))
        self.assertIn("not_after", end["certificates"][0])
        self.assertIn("works again", self.mail(2)[2]["Subject"])
        self.assertEqual("recovered", fields_of(journal.recv(65536))["ACME_EVENT"])
        self.assertIn("one.example: works again", syslog.recv(65536).decode())
        self.assertNotIn(TOKEN, server.log())
        self.assertNotIn(SECRET, server.log())

    def test_renewals_are_told_to_who_asks(self):
        hook, other = Receiver(self), Receiver(self)
        self.server(f"webhook {hook.url} events=renewed", f"webhook {other.url}").start()
        notice, = hook.notices(1)
        self.assertEqual(("renewed", "info", "one.example: renewed from test"),
                         (notice["event"], notice["severity"], notice["title"]))
        self.assertNotIn("X-Acme-Signature", hook.requests[0][1])
        self.assertEqual([], other.requests)

    def test_everybody_is_tried_by_acmectl(self):
        hook, moved = Receiver(self), Receiver(self, answers=[301])
        server = self.server(f"webhook {hook.url}", f"webhook {moved.url} events=not-live",
                             f"webhook http://127.0.0.1:{free_port()}/", f"mail root sendmail={self.sendmail}",
                             "syslog socket=/nonexistent/log").start()
        server.wait_for_certificate("one.example", self.ca)
        answer = acmectl(server, "notify-test")
        self.assertEqual(control.FAILED, answer.code, answer)
        said = answer.output + answer.error
        self.assertIn("3 of 5 receivers could not be told", said)
        for text in (r"webhook 127\.0\.0\.1:\d+: told", r"answered 301", "(?i)refused",
                     "mail root: told", "syslog: /nonexistent/log: No such file"):
            self.assertRegex(said, text)
        self.assertNotIn(TOKEN, said)
        self.assertEqual("test", hook.notices(1)[0]["event"])
        self.assertIn("a test", self.mail(1)[2]["Subject"])
        self.assertEqual(control.NO_PERMISSION, acmectl(server, "notify-test", user=server.user).code)

    def test_nobody_to_be_tried(self):
        server = self.server().start()
        server.wait_for_certificate("one.example", self.ca)
        answer = acmectl(server, "notify-test")
        self.assertEqual(control.FAILED, answer.code)
        self.assertIn("AcmeNotify", answer.error)


@on_both_servers
class NotifyMistakes(MistakesSite):
    def test_they_are_told(self):
        word = "acme_notify" if self.nginx else "AcmeNotify"
        for text, *said in (("pager 1", "unknown kind of receiver", "webhook, mail, syslog"),
                            ("webhook", "not said who is to be told", f"{word} webhook URL"),
                            ("webhook http://chat.example/T0K3N", "http://chat.example cannot be used", "an https URL"),
                            ("webhook https://chat.example/T0K3N secret=hidden", "secret_file= or secret_env="),
                            ("webhook https://chat.example/T0K3N secret_file=missing", "missing.*No such file"),
                            ("mail admin@", "bad address", "admin@example.com"),
                            ("mail -oQ/tmp@example.com", "bad address"),
                            ("mail root events=all", "unknown event", "failed, expiring"),
                            ("syslog facility=kern", "unknown facility")):
            with self.subTest(text):
                server = self.server(self.issuer(), self.line("acme_notify " + text), self.host(["a.example"]))
                self.refused(server, word, *said)

    def test_a_mail_program_that_is_missing_is_a_warning(self):
        server = self.server(self.issuer(), self.line("acme_notify mail root sendmail=/nonexistent/sendmail"),
                             self.host(["a.example"]))
        self.accepted(server, "/nonexistent/sendmail cannot be run: No such file")
