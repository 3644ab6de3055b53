"""Files that root reads for a directive: who keeps them, and how they are reached. What others could have put there or
may read is refused, with the line of the configuration and the command that mends it."""
import base64
import os
import re
import shutil
import subprocess
import unittest

from harness.both import on_both_servers
from harness.mistakes import MistakesSite

AS_ROOT = unittest.skipUnless(os.getuid() == 0, "needs root to give files away")
MAC = base64.urlsafe_b64encode(b"planted-4716-planted-4716-plante").decode().rstrip("=")


@on_both_servers
class SecretFiles(MistakesSite):
    def setUp(self):
        super().setUp()
        self.folder = self.space.folder("secrets")
        self.mac = self.space.file("secrets/mac", MAC + "\n", 0o600)
        self.key = os.path.join(self.folder, "account.key")
        subprocess.run(["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
                        self.key], check=True, capture_output=True)
        subprocess.run(["openssl", "req", "-x509", "-key", self.key, "-out", f"{self.folder}/roots.pem", "-subj", "/CN=x"],
                       check=True, capture_output=True)
        self.roots = f"{self.folder}/roots.pem"
        self.token = self.space.file("secrets/token", "planted-4717\n", 0o600)

    def words(self):
        """Each directive that names a file with a secret in it: what is told of its reading, in an issuer or above."""
        yield self.mac, lambda path: [self.issuer(f"external_account_key kid {path}")]
        yield self.key, lambda path: [self.issuer(f"account_key {path}")]
        yield self.token, lambda path: [self.issuer(f"dns_provider cloudflare api_token_file={path}")]
        yield self.token, lambda path: [self.line(f"acme_notify webhook https://a.example/ secret_file={path}"), self.issuer()]

    def verdict(self, parts, accepted, *texts):
        parts = [*parts, self.host(["a.example"])]
        (self.accepted if accepted else self.refused)(self.server(*parts), *texts)

    @AS_ROOT
    def test_modes_and_owners(self):
        for path, parts in self.words():
            name = re.escape(path)
            for mode, owner, text in ((0o644, 0, f'everybody may read "{name}"'), (0o602, 0, f'others may write to "{name}"'),
                                      (0o660, 0, f'others may write to "{name}"'),
                                      (0o600, 65534, rf'"{name}" belongs to another user \(65534\)')):
                with self.subTest(path=path, mode=oct(mode), owner=owner):
                    os.chmod(path, mode)
                    os.chown(path, owner, 65534)
                    self.verdict(parts(path), False, text, "run: ch(mod 600|own root) " + name)
            for mode in (0o600, 0o640, 0o400):
                os.chmod(path, mode)
                os.chown(path, 0, 65534)
                with self.subTest(path=path, mode=oct(mode)):
                    self.verdict(parts(path), True)

    @AS_ROOT
    def test_the_command_that_is_told_mends_it(self):
        path, parts = next(self.words())
        os.chown(path, 65534, 65534)
        os.chmod(path, 0o666)
        for _ in range(2):
            output = self.server(*parts(path), self.host(["a.example"])).check()[1]
            self.assertEqual(0, os.system(re.search(r"run: (ch(?:own|mod) \S+ [^ );]+)", output)[1]))
        self.verdict(parts(path), True)

    @AS_ROOT
    def test_roots_that_others_may_change(self):
        parts = lambda: [self.issuer(f"ssl_trusted_certificate {self.roots}")]
        self.verdict(parts(), True)
        os.chmod(self.roots, 0o666)
        self.verdict(parts(), False, 'others may write to ".*roots.pem', "run: chmod go-w ")
        os.chmod(self.roots, 0o644)
        os.chown(self.roots, 65534, 0)
        self.verdict(parts(), False, "roots.pem. belongs to another user", "run: chown root ")

    @AS_ROOT
    def test_links(self):
        """Kubernetes mounts each secret behind two links of root's; one that somebody else made is not followed."""
        data = os.path.join(self.folder, "..2030_01_01")
        os.mkdir(data)
        for path, parts in self.words():
            name = os.path.basename(path)
            shutil.move(path, os.path.join(data, name))
            if not os.path.lexists(os.path.join(self.folder, "..data")):
                os.symlink("..2030_01_01", os.path.join(self.folder, "..data"))
            os.symlink(f"..data/{name}", path)
            with self.subTest(path):
                self.verdict(parts(path), True)
                os.lchown(path, 65534, 65534)
                self.verdict(parts(path), False, f'others can change the symbolic link "{name}" on the way to',
                             "name the file itself")
                os.lchown(path, 0, 0)
                os.chmod(self.folder, 0o777)
                self.verdict(parts(path), False, "others can change the symbolic link")
                os.chmod(self.folder, 0o755)
            os.remove(path)
            shutil.move(os.path.join(data, name), path)

    def test_what_is_no_file(self):
        fifo = os.path.join(self.folder, "fifo")
        os.mkfifo(fifo, 0o600)
        large = self.space.file("secrets/large", "x" * 70_000, 0o600)
        for path in (fifo, large, self.folder, "/dev/zero"):
            with self.subTest(path):
                self.verdict([self.issuer(f"external_account_key kid {path}")], False, "no regular file of at most 64 KiB")


if __name__ == "__main__":
    unittest.main()
