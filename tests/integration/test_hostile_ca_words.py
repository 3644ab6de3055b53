"""A CA that says what no CA should: refusals with odd Retry-After, broken JSON, nonces, URLs that lead elsewhere,
texts made for terminals and logs."""
import email.utils
import socket
import threading
import time

from harness import faults_words as words
from harness.both import on_both_servers
from harness.fault_answers import Answer
from harness.fault_proxy import html, status
from harness.hostile_site import A_MINUTE, Case, HostileSite, everywhere

NEW_ORDER, ORDERS, ALL = "/order-plz", ("/order-plz", "/my-order/"), "/"
AN_HOUR = r"tried again in (1 h|5\d min|60 min)"
TWO_MINUTES = r"tried again in (2 min|1[01]\d s)"
AT_ONCE = r"tried again (in \d s|now)"
FORGED = "2026/01/01 00:00:00 [emerg] 1#1: forged\r\n[2026-01-01 00:00:00.000000] [core:emerg] [pid 1] forged"
TERMINAL = f"\x1b[2J\x1b]0;title\x07\x08\x7f\u009b31m\u202eevil\u2066\ufeff\n{FORGED}\n"


def retry_after(*values):
    return [("Retry-After", value) for value in values]


def in_seconds(seconds):
    """As the header's date; a function, as the test may wait before it arms."""
    return lambda: email.utils.formatdate(time.time() + seconds, usegmt=True)


def refuses(code, *values):
    """A front end that is out of order; the CA hears nothing."""
    def fault(request):
        now = [value() if callable(value) else value for value in values]
        return Answer(code, b"out of order\n", [("Content-Type", "text/plain"), *retry_after(*now)])
    return everywhere(NEW_ORDER, fault)


def limits(*values):
    def fault(request):
        now = [value() if callable(value) else value for value in values]
        return words.problem(429, "rateLimited", "too many orders", *retry_after(*now))(request)
    return everywhere(NEW_ORDER, fault)


def swapped(proxy, story):
    proxy.on(ALL, words.swapped_nonces([]), nth=None)


def order_text(change):
    return everywhere(ORDERS, words.body(change))


class Stranger(threading.Thread):
    """Somebody else's service: whoever connects to it was led there by the CA."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener, self.heard = socket.create_server(("127.0.0.1", 0)), []
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            connection, _ = self.listener.accept()
            connection.settimeout(30)
            with connection:
                try:
                    data = connection.recv(4096)
                except OSError:
                    continue
                if data:  # an engine that ends just then says nothing
                    self.heard.append(data)


STRANGER = Stranger()


def leads(member, url, prefixes=ORDERS):
    return everywhere(prefixes, words.member(**{member: url}))


def directory(**members):
    return everywhere("/dir", words.member(**members))


def redirects(code, target, prefix):
    def arm(proxy, story):
        where = target.format(own=f"https://127.0.0.1:{proxy.port}", stranger=f"127.0.0.1:{STRANGER.port}")
        proxy.on(prefix, words.answers(code, b"", ("Location", where)), nth=None)
    return arm


STATUSES = (
    Case("r500", refuses(500), ("HTTP 500, no ACME problem document", "out of order")),
    Case("r500-html", everywhere(NEW_ORDER, status(500, b"<html>\r\n\t<h1>Oops</h1>", "text/html")), ("HTTP 500", "<h1>")),
    Case("r502", refuses(502, "1"), ("HTTP 502",)),
    Case("r503-seconds", refuses(503, "120"), ("HTTP 503",), TWO_MINUTES, heals=False),
    Case("r503-date", refuses(503, in_seconds(300)), ("HTTP 503",), r"tried again in (29\d s|300 s|[45] min)", heals=False),
    Case("r503-past", refuses(503, in_seconds(-86400)), ("HTTP 503",)),
    Case("r503-huge", refuses(503, "99999999999999999999999999"), ("HTTP 503",), AN_HOUR, heals=False),
    Case("r503-far-date", refuses(503, "Fri, 31 Dec 9999 23:59:59 GMT"), ("HTTP 503",), AN_HOUR, heals=False),
    Case("r503-negative", refuses(503, "-5"), ("HTTP 503",)),
    Case("r503-junk", refuses(503, "soon; \"really\""), ("HTTP 503",)),
    Case("r503-empty", refuses(503, ""), ("HTTP 503",)),
    Case("r503-overflow", refuses(503, "18446744073709551617"), ("HTTP 503",), AN_HOUR, heals=False),
    Case("r503-several", refuses(503, "120", "junk"), ("HTTP 503",), TWO_MINUTES, heals=False),
    Case("r429-html", everywhere(NEW_ORDER, status(429, b"<html>", "text/html")), ("HTTP 429",)),
    Case("r204", everywhere(NEW_ORDER, words.answers(204, b"")), ("no usable Location",)),
    Case("r404", everywhere(NEW_ORDER, words.answers(404, b"")), ("HTTP 404", "an empty body")),
    Case("r999", everywhere(NEW_ORDER, words.answers(999, b"")), ("HTTP 999",)),
)
LIMITS = (
    Case("limit-none", limits(), ("too many orders",), AN_HOUR, heals=False),
    Case("limit-seconds", limits("90"), ("too many orders",), r"tried again in [89]\d s", heals=False),
    Case("limit-date", limits(in_seconds(300)), ("too many orders",), r"tried again in (30\d s|29\d s|[45] min)",
         heals=False),
    Case("limit-past", limits(in_seconds(-86400)), ("too many orders",), AT_ONCE, attempts=5, asks=12, heals=False),
    Case("limit-zero", limits("0"), ("too many orders",), AT_ONCE, attempts=5, asks=12, heals=False),
    Case("limit-huge", limits("99999999999999999999999999"), ("too many orders",), AN_HOUR, heals=False),
    Case("limit-negative", limits("-1"), ("too many orders",), AN_HOUR, heals=False),
    Case("limit-junk", limits("tomorrow"), ("too many orders",), AN_HOUR, heals=False),
)
JSON = (
    Case("json-deep", order_text(lambda body: b'{"a":' * 100_000), ("nested deeper than",)),
    Case("json-deep-list", order_text(lambda body: b"[" * 1_000_000), ("nested deeper than",)),
    Case("json-twice", order_text(lambda body: body.replace(b"{", b'{"status":"valid",', 1)), ("duplicate",)),
    Case("json-latin", order_text(lambda body: body.replace(b'"dns"', b'"d\xff\xc0\x80s"')), ("unable to decode byte 0xff|UTF-8",)),
    Case("json-nul", order_text(lambda body: body.replace(b'"dns"', b'"d\0ns"')), ("no valid JSON",)),
    Case("json-nul-escape", order_text(lambda body: body.replace(b'"dns"', b'"d\\u0000ns"')), ("JSON|identifier",)),
    Case("json-surrogate", order_text(lambda body: body.replace(b'"dns"', b'"d\\ud800ns"')), ("JSON",)),
    Case("json-number", order_text(lambda body: body.replace(b'{', b'{"x":1e999,', 1)), ("JSON",)),
    Case("json-number-long", order_text(lambda body: body.replace(b'{', b'{"x":' + b"9" * 5000 + b",", 1)), ("JSON",)),
    Case("json-array", order_text(lambda body: b"[" + body + b"]"), ("no JSON object",)),
    Case("json-null", order_text(lambda body: b"null"), ("no JSON object|no valid JSON",)),
    Case("json-empty", order_text(lambda body: b""), ("no valid JSON",)),
    Case("json-more", order_text(lambda body: body + body), ("no valid JSON",)),
    Case("type-status", leads("status", 5), ('"status" is missing or no text',)),
    Case("type-finalize", leads("finalize", 7), ('"finalize" is missing or no text',)),
    Case("type-names", leads("identifiers", "a.example"), ('"identifiers" is missing or no array',)),
    Case("type-name", leads("identifiers", [{"type": 1, "value": 2}]), ("holds no identifier we know",)),
    Case("type-urls", leads("authorizations", [1, 2]), ("no acceptable https URL: no text",)),
    Case("type-many", leads("authorizations", ["https://x.example/"] * 5000), ("more than 1000",)),
    Case("type-directory", directory(newOrder=42), ('"newOrder" is missing or no text',), first=True),
    Case("type-problem", everywhere(NEW_ORDER, words.answers(400, b'{"type":5,"detail":[]}',
                                                             ("Content-Type", words.PROBLEM))), ("HTTP 400",)),
)
KINDS = (
    Case("kind-html", everywhere(ALL, words.header("Content-Type", "text/html")), fails=False, passes=True),
    Case("kind-none", everywhere(ALL, words.header("Content-Type")), fails=False, passes=True),
    Case("kind-two", everywhere(ALL, words.header("Content-Type", "a/b", "\xff\xfe")), fails=False, passes=True),
    Case("page-order", everywhere(ORDERS, html), ("no usable Location|no valid JSON",)),
    Case("page-nonce", everywhere("/nonce-plz", html), ("Replay-Nonce",), first=True),
)
NONCES = (
    Case("nonce-swapped", swapped, fails=False, passes=True),
    Case("nonce-in-head", everywhere(ALL, words.posts_only(words.header("Replay-Nonce"))), fails=False, passes=True,
         asks=40),
    Case("nonce-missing", everywhere(ALL, words.header("Replay-Nonce")), ("without a usable Replay-Nonce",)),
    Case("nonce-junk", everywhere(ALL, words.header("Replay-Nonce", "not base64!", "x")),
         ("without a usable Replay-Nonce",)),
    Case("nonce-huge", everywhere(ALL, words.header("Replay-Nonce", "A" * 5000)), ("without a usable Replay-Nonce",)),
    Case("nonce-made-up", everywhere(ALL, words.made_up_nonces()), ("20 nonces in a row were refused",), A_MINUTE, asks=60),
)
URLS = (
    Case("url-file", directory(newOrder="file:///etc/passwd"), ("no acceptable https URL: file:///etc/passwd",), first=True),
    Case("url-gopher", directory(newNonce="gopher://127.0.0.1:25/_MAIL"), ("no acceptable https URL",), first=True),
    Case("url-metadata", directory(newOrder="http://169.254.169.254/latest/meta-data/"), ("no acceptable https URL",),
         first=True),
    Case("url-user", directory(newAccount="https://ca.example@127.0.0.1/"), ("no acceptable https URL",), first=True),
    Case("url-long", directory(newOrder="https://127.0.0.1/" + "a" * 100_000), ("no acceptable https URL",), first=True),
    Case("url-lines", directory(newOrder="https://127.0.0.1/\r\nX-Evil: 1"), ("no acceptable https URL",), first=True),
    Case("url-space", directory(newOrder="https://127.0.0.1/ HTTP/1.1"), ("no acceptable https URL",), first=True),
    Case("url-relative", directory(newOrder="/order-plz"), ("no acceptable https URL",), first=True),
    Case("url-port", directory(newOrder="https://127.0.0.1:99999/"), ("no acceptable https URL",), first=True),
    Case("url-stranger", directory(newNonce=f"https://127.0.0.1:{STRANGER.port}/"), ("TLS",), first=True),
    Case("url-finalize", leads("finalize", "http://127.0.0.1/"), ("no acceptable https URL",)),
    Case("url-names", leads("authorizations", ["file:///etc/shadow"]), ("no acceptable https URL",)),
    Case("place-none", everywhere(NEW_ORDER, words.header("Location")), ("no usable Location",), passes=True),
    Case("place-http", everywhere(NEW_ORDER, words.header("Location", f"http://127.0.0.1:{STRANGER.port}/")),
         ("no usable Location",), passes=True),
    Case("place-file", everywhere(NEW_ORDER, words.header("Location", "file:///etc/passwd")), ("no usable Location",), passes=True),
    Case("place-user", everywhere(NEW_ORDER, words.header("Location", "https://a:b@127.0.0.1/")), ("no usable Location",), passes=True),
    Case("place-long", everywhere(NEW_ORDER, words.header("Location", "https://x.example/" + "a" * 9000)),
         ("no usable Location",), passes=True),
    Case("place-account", everywhere("/sign-me-up", words.header("Location", "http://169.254.169.254/")),
         ("without a usable Location",), first=True),
    Case("place-bytes", everywhere("/sign-me-up", words.header("Location", "https://127.0.0.1/\x1b[2J\xff")),
         ("without a usable Location",), first=True),
)
REDIRECTS = (
    Case("redirect-loop", redirects(302, "{own}/dir", "/dir"), ("HTTP 302",), first=True, asks=30),
    Case("redirect-http", redirects(301, "http://{stranger}/dir", "/dir"), ("refused",), first=True),
    Case("redirect-file", redirects(302, "file:///etc/passwd", "/dir"), ("HTTP 302|refused",), first=True),
    Case("redirect-stranger", redirects(307, "https://{stranger}/dir", "/dir"), ("TLS",), first=True),
    Case("redirect-nonce", redirects(302, "http://{stranger}/", "/nonce-plz"), ("HTTP 302",), first=True),
    Case("redirect-order", redirects(307, "https://{stranger}/", "/order-plz"), ("HTTP 307",)),
    Case("redirect-post", redirects(308, "http://{stranger}/", "/order-plz"), ("HTTP 308",)),
)
TEXTS = (
    Case("text-nul", everywhere(NEW_ORDER, words.problem(403, "rejectedIdentifier", "a\0" + TERMINAL)),
         ("HTTP 403", "rejectedIdentifier")),
    Case("text-detail", everywhere(NEW_ORDER, words.problem(403, "rejectedIdentifier", TERMINAL)), ("evil",),
         A_MINUTE),
    Case("text-type", everywhere(NEW_ORDER, words.problem(403, TERMINAL, "no")), ("evil|no",),
         A_MINUTE, hint=False),
    Case("text-long", everywhere(NEW_ORDER, words.problem(403, "rejectedIdentifier", "A\x1b[31m" * 20000)), (),
         A_MINUTE),
    Case("text-many", everywhere(NEW_ORDER, words.problem(403, "compound", "x", subproblems=[
        {"type": "urn:x:" + TERMINAL, "detail": TERMINAL, "identifier": {"type": "dns", "value": TERMINAL}}] * 1000)), (),
        A_MINUTE, hint=False),
    Case("text-shell", everywhere(NEW_ORDER, words.problem(403, "rejectedIdentifier",
                                                           "$(touch /tmp/x) `id` ; rm -rf / | sh & \\\" '")), (),
         A_MINUTE),
    Case("text-page", everywhere(NEW_ORDER, status(500, f"<html>{TERMINAL}".encode(), "text/\x1b[2Jhtml")), ("HTTP 500",)),
    Case("text-order", everywhere(ORDERS, words.member(status=TERMINAL)), ('"status" is unknown',)),
    Case("text-profiles", directory(meta={"profiles": {TERMINAL: TERMINAL}, "termsOfService": TERMINAL}), fails=False,
         first=True, passes=True),
)


@on_both_servers
class Words(HostileSite):
    cases = STATUSES + LIMITS + JSON + KINDS + NONCES + URLS + REDIRECTS + TEXTS
    lasts = 20

    def test_statuses_with_every_retry_after(self):
        self.check(*STATUSES)

    def test_rate_limits_with_every_retry_after(self):
        self.check(*LIMITS)

    def test_json(self):
        self.check(*JSON)

    def test_content_types(self):
        self.check(*KINDS)

    def test_nonces(self):
        self.check(*NONCES)

    def test_urls_in_directory_and_location(self):
        self.check(*URLS)

    def test_redirects(self):
        self.check(*REDIRECTS)

    def test_nobody_else_is_asked(self):
        """A TLS greeting is all that a stranger ever hears: its certificate is not the CA's."""
        greeting = [data for data in STRANGER.heard if not data.startswith(b"\x16\x03")]
        self.assertEqual([], greeting)

    def test_texts(self):
        self.check(*TEXTS)
