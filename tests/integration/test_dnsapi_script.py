"""dns-01 by a script of acme.sh's dnsapi, as it is: functions from acme.sh, variables from a file, saves kept apart."""
import os

from harness.both import Site, on_both_servers
from harness.pebble import ChallTestSrv, Pebble
from harness.processes import wait_until

# What acme.sh gives to scripts, and its habit of running what it is given.
ACME_SH = """#!/usr/bin/env sh
_err() { printf "%s\\n" "$1" >&2; return 1; }
_info() { printf "%s\\n" "$1"; }
_initpath() { ACCOUNT_CONF_PATH="$LE_CONFIG_HOME/account.conf"; }
_save_conf() { printf "%s='%s'\\n" "$2" "$3" >>"$1"; }
_saveaccountconf_mutable() { _save_conf "$ACCOUNT_CONF_PATH" "SAVED_$1" "$2"; }
_post() {
  python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[2], sys.argv[1].encode())' "$1" "$2"
}
main() { if [ -z "$1" ]; then echo help; return; fi; "$@"; }
main "$@"
"""

SCRIPT = """#!/usr/bin/env sh
dns_test_add() {
  _saveaccountconf_mutable TEST_Token "$TEST_Token"
  _saveaccountconf_mutable TEST_Session "kept"
  [ "$TEST_Token" = "s3cret-token" ] || { _err "wrong token $TEST_Token"; return 1; }
  _post "{\\"host\\": \\"$1.\\", \\"value\\": \\"$2\\"}" "$TEST_Api/set-txt"
}
dns_test_rm() { _post "{\\"host\\": \\"$1.\\"}" "$TEST_Api/clear-txt" && echo "$1 $2" >>"$LE_WORKING_DIR/removed"; }
"""


@on_both_servers
class DnsapiScript(Site):
    def server(self, token):
        dns = ChallTestSrv(self.space)
        self._ca = Pebble(self.space, dns, http_port=self.plain)
        scripts = self.space.folder("acme.sh")
        os.makedirs(os.path.join(scripts, "dnsapi"))
        for path, text in (("acme.sh", ACME_SH), ("dnsapi/dns_test.sh", SCRIPT)):
            with open(os.path.join(scripts, path), "w", encoding="ascii") as file:
                file.write(text)
        os.chmod(scripts, 0o755)
        # The loading user's alone.
        secrets = self.space.file("dns.env", f"# of the API\nTEST_Token='{token}'\n"
                                  f"TEST_Api=http://127.0.0.1:{dns.management_port}\n", mode=0o600)
        return self.managed([["one.example", "*.one.example"]], level="info", words=[
            "challenge dns-01", f"resolver 127.0.0.1:{dns.dns_port}",
            f"dns_provider acmesh acme_sh={scripts}/acme.sh api=dns_test credentials_file={secrets} "
            f"check_servers=127.0.0.1:{dns.dns_port}"])

    def test_a_wildcard(self):
        server = self.server("s3cret-token").start()
        server.wait_for_certificate("a.one.example", self.ca)
        home = os.path.join(server.state_path, "engine", "programs")
        wait_until(lambda: os.path.exists(os.path.join(home, "removed")), 10, "the record is removed")
        with open(os.path.join(home, "account.conf"), encoding="ascii") as file:
            self.assertEqual(set(file), {"SAVED_TEST_Session='kept'\n"})
        self.assertNotIn("s3cret-token", server.log())

    def test_its_words_are_told_without_the_secret(self):
        server = self.server("another-secret").start()
        server.wait_for_log(r"dns_test_add _acme-challenge.one.example ended with status 1: wrong token \(hidden\)")
        self.assertNotIn("another-secret", server.log())
