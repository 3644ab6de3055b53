"""make install puts modules and load lines where the servers find them; both servers load what was installed."""
import os
import subprocess
import unittest

from harness import Apache, Nginx, Workspace, places


class Install(unittest.TestCase):
    time_limit = 300

    def setUp(self):
        self.space = Workspace()
        self.addCleanup(self.space.close)

    def install(self, *variables):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
        done = subprocess.run(["make", "-s", "-C", places.REPOSITORY, "install", f"BUILD={places.BUILD}", *variables],
                              env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.assertEqual(0, done.returncode, done.stdout.decode())

    def read(self, path):
        with open(path, encoding="ascii") as file:
            return file.read()

    def test_debian_places_below_destdir(self):
        target = self.space.folder("target")
        self.install(f"DESTDIR={target}")
        found = sorted(os.path.relpath(os.path.join(folder, name), target)
                       for folder, _, names in os.walk(target) for name in names)
        self.assertEqual(["etc/apache2/mods-available/acme.load", "etc/nginx/modules-available/50-mod-http-acme.conf",
                          "usr/lib/apache2/modules/mod_acme.so", "usr/lib/nginx/modules/ngx_http_acme_module.so",
                          "usr/sbin/acmectl", "usr/share/bash-completion/completions/acmectl",
                          "usr/share/man/man8/acmectl.8"], found)
        version = subprocess.run([f"{target}/usr/sbin/acmectl", "--version"], check=True, capture_output=True)
        self.assertRegex(version.stdout.decode(), r"^acmectl \d+\.\d+")
        self.assertEqual("load_module /usr/lib/nginx/modules/ngx_http_acme_module.so;\n",
                         self.read(f"{target}/etc/nginx/modules-available/50-mod-http-acme.conf"))
        self.assertEqual("# Depends: ssl\nLoadModule acme_module /usr/lib/apache2/modules/mod_acme.so\n",
                         self.read(f"{target}/etc/apache2/mods-available/acme.load"))

    def test_servers_load_what_was_installed(self):
        target = self.space.folder("target")
        self.install(*(f"{name}={target}/{name.lower()}" for name in (
            "NGINX_MODULES_DIR", "NGINX_CONF_DIR", "APACHE_MODULES_DIR", "APACHE_CONF_DIR", "SBIN_DIR", "MAN_DIR",
            "BASH_COMPLETION_DIR")))
        nginx = Nginx(self.space, module=False)
        nginx.write(f"include {target}/nginx_conf_dir/modules-available/*.conf;\n" + self.read(nginx.conf_path))
        apache = Apache(self.space, f"Include {target}/apache_conf_dir/mods-available/*.load\nAcmeReload off\n",
                        listen=(), module=False)
        for server in (nginx, apache):
            status, output = server.check()
            self.assertEqual(0, status, output)
