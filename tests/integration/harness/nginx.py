"""A real nginx on ports of its own."""
import os
import signal

from . import places
from .server import Server


class Nginx(Server):
    """`http` is the inside of the http block. `state_path` is told to the module unless `http` does it."""
    name = "nginx"
    quit_signal = signal.SIGQUIT

    def __init__(self, workspace, http="", main="", tls_port=None, level="info", module=True, workers=1, conf=None):
        super().__init__(workspace)
        self.tls_port = tls_port
        for name in ("body", "proxy"):
            os.makedirs(os.path.join(self.folder, "run", name), exist_ok=True)
        self.write(conf if conf is not None else self.configuration(http, main, level, module, workers))

    def configuration(self, http, main="", level="info", module=True, workers=1):
        load = f"load_module {places.NGINX_MODULE};\n" if module else ""
        user = f"user {self.user};\n" if os.getuid() == 0 else ""
        state = f"acme_state_path {self.state_path};\n" if module and "acme_state_path" not in http else ""
        # As in Debian's nginx.conf; nginx 1.22 by itself stops at TLS 1.2.
        protocols = "" if "ssl_protocols" in http else "ssl_protocols TLSv1.2 TLSv1.3;\n"
        temporary = "".join(f"{kind}_temp_path {self.folder}/run/{kind};\n" for kind in
                            ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return (f"{load}{user}worker_processes {workers};\npid {self.pid_path};\nerror_log {self.log_path} {level};\n"
                f"{main}\nevents {{ worker_connections 512; }}\nhttp {{\naccess_log {self.folder}/access.log;\n"
                f"server_names_hash_bucket_size 128;\nserver_names_hash_max_size 8192;\n"
                f"{temporary}{protocols}{state}{http}\n}}\n")

    def command(self, *options):
        return [places.program("/usr/sbin/nginx"), "-p", self.folder, "-e", self.log_path, "-c", self.conf_path,
                "-g", "daemon off;", *options]

    def test_command(self):
        return [places.program("/usr/sbin/nginx"), "-p", self.folder, "-e", "stderr", "-c", self.conf_path, "-t"]
