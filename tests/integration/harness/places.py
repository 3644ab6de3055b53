"""Where programs and modules are: installed ones first, else those tests/tools/setup unpacked."""
import atexit
import functools
import os
import shutil
import stat
import tempfile

REPOSITORY = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
BUILD = os.path.join(REPOSITORY, os.environ.get("BUILD", "build"))
UNPACKED = os.path.join(BUILD, "tools/root")



def _open_to_all(path):
    """May any user read this file, through all its folders?"""
    if not os.stat(path).st_mode & stat.S_IROTH:
        return False
    while path != "/":
        path = os.path.dirname(path)
        if not os.stat(path).st_mode & stat.S_IXOTH:
            return False
    return True


@functools.cache
def _module(name):
    """The module; a copy when the servers' user could not reach it (a clone below /root), as no installed one is."""
    path = os.path.join(BUILD, name)
    if not os.path.exists(path) or os.getuid() != 0 or _open_to_all(path):
        return path
    folder = tempfile.mkdtemp(prefix="acme-test-modules-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.chmod(folder, 0o755)
    shutil.copy(path, os.path.join(folder, name))
    return os.path.join(folder, name)


_BUILT = {"NGINX_MODULE": "ngx_http_acme_module.so", "APACHE_MODULE": "mod_acme.so", "ACMECTL": "acmectl"}


def __getattr__(name):
    """places.NGINX_MODULE, APACHE_MODULE and ACMECTL: found, and perhaps copied, when first asked for."""
    if name not in _BUILT:
        raise AttributeError(name)
    return _module(_BUILT[name])


APACHE_MODULES = "/usr/lib/apache2/modules"


def program(path):
    """The full path of /usr/sbin/nginx and the like; BUILD may have servers of its own (`make analyze`)."""
    for place in (BUILD + "/servers" + path, path, UNPACKED + path):
        if os.access(place, os.X_OK):
            return place
    raise FileNotFoundError(f"{path} is not there: run tests/tools/setup test")


def pebble(name):
    """Always the unpacked one: it is of the version the tests are written for."""
    return UNPACKED + "/usr/bin/" + name
