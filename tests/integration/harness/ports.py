"""Free ports on 127.0.0.1, not handed out twice while this program and its siblings run.

A port is reserved by a lock on a file of its name, held until this process ends, so that two test
programs side by side never choose the same one. They lie below the range of outgoing connections.
"""
import fcntl
import os
import random
import socket
import tempfile

_FIRST, _LAST = 20000, 32000
_reserved = []


def _is_free(port):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("", port))
            except OSError:
                return False
    return True


def free_port():
    folder = os.path.join(tempfile.gettempdir(), f"acme-test-ports-{os.getuid()}")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    for _ in range(1000):
        port = random.randint(_FIRST, _LAST)
        lock = os.open(os.path.join(folder, str(port)), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            continue
        if _is_free(port):
            _reserved.append(lock)
            return port
        os.close(lock)
    raise RuntimeError("no free port found")
