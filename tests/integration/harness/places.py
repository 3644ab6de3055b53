"""Where programs and modules are: installed ones first, else those tests/tools/setup unpacked."""
import os

REPOSITORY = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
BUILD = os.path.join(REPOSITORY, os.environ.get("BUILD", "build"))
UNPACKED = os.path.join(BUILD, "tools/root")

NGINX_MODULE = os.path.join(BUILD, "ngx_http_acme_module.so")
APACHE_MODULE = os.path.join(BUILD, "mod_acme.so")
APACHE_MODULES = "/usr/lib/apache2/modules"


def program(path):
    """The full path of /usr/sbin/nginx and the like."""
    for place in (path, UNPACKED + path):
        if os.access(place, os.X_OK):
            return place
    raise FileNotFoundError(f"{path} is not there: run tests/tools/setup test")


def pebble(name):
    """Always the unpacked one: it is of the version the tests are written for."""
    return UNPACKED + "/usr/bin/" + name
