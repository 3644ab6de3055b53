"""A real Apache httpd on ports of its own."""
import os
import re
import signal

from . import places
from .processes import catches
from .server import Server

_MODULES = ("authz_core", "authz_host", "mime", "dir", "alias", "headers", "rewrite", "setenvif", "socache_shmcb", "ssl")


class Apache(Server):
    """`conf` is what follows the basic lines; `listen` the ports to open."""
    name = "apache"
    reload_signal = signal.SIGUSR1

    def __init__(self, workspace, conf="", listen=(), tls_port=None, mpm="event", level="info", module=True,
                 modules=(), whole=None):
        super().__init__(workspace)
        self.tls_port = tls_port
        text = whole if whole is not None else self.configuration(conf, listen, mpm, level, module, modules)
        self.write(text)

    def configuration(self, conf, listen, mpm="event", level="info", module=True, modules=()):
        loaded = (f"mpm_{mpm}",) + _MODULES + tuple(modules)
        lines = [f"LoadModule {m}_module {places.APACHE_MODULES}/mod_{m}.so" for m in dict.fromkeys(loaded)]
        if module:
            lines.append(f"LoadModule acme_module {places.APACHE_MODULE}")
            # That of an issuer moves only what is the issuer's.
            outside = re.sub(r"<acmeissuer.*?</acmeissuer>", "", conf.lower(), flags=re.DOTALL)
            if "acmestatepath" not in outside:
                lines.append(f"AcmeStatePath {self.state_path}")
        if os.getuid() == 0:
            lines += [f"User {self.user}", f"Group {self.user}"]
        lines += [f"Listen {port}" for port in listen]
        return "\n".join([
            f"ServerRoot {self.folder}", "ServerName 127.0.0.1", f"PidFile {self.pid_path}",
            f"DefaultRuntimeDir {self.folder}/run", f"Mutex file:{self.folder}/run default",
            f"ErrorLog {self.log_path}", f"LogLevel {level}",
            'ErrorLogFormat "[%{cu}t] [%-m:%l] [pid %P] %E: %M"', *lines, "TypesConfig /dev/null",
            "StartServers 1", "ServerLimit 4", f"DocumentRoot {self.folder}/html",
            f"<Directory {self.folder}/html>", "Require all granted", "</Directory>", conf, ""])

    def ready(self):
        """And httpd has its handlers of signals, this one last: the engine is there before, and a signal would end it."""
        return super().ready() and catches(self.master, self.reload_signal)

    def command(self, *options):
        return [places.program("/usr/sbin/apache2"), "-d", self.folder, "-f", self.conf_path, "-DFOREGROUND", *options]

    def test_command(self):
        return [places.program("/usr/sbin/apache2"), "-d", self.folder, "-f", self.conf_path, "-t"]
