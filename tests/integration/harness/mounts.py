"""Small, full and read-only file systems for one test process: it gets a mount namespace of its own, so that
nothing is mounted for anybody else and nothing stays."""
import ctypes
import functools
import os
import subprocess

from .processes import wait_until

_CLONE_NEWNS, _MS_REC, _MS_PRIVATE = 0x20000, 0x4000, 0x40000


@functools.cache
def possible():
    """True once this process may mount for itself alone; servers it starts from now on see the same."""
    if os.getuid() != 0:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.unshare(_CLONE_NEWNS) == 0 and libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None) == 0


def tmpfs(path, size):
    os.makedirs(path, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "acme-test", path], check=True)


def fill(path):
    """A file that takes what is left of the file system; give its path to os.remove()."""
    filler = os.path.join(path, "filler")
    with open(filler, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return filler


def bind_read_only(path, inside_of=None):
    """The folder becomes read-only; for a running process, by its pid, when given."""
    enter = ["nsenter", "--mount", "--target", str(inside_of), "--"] if inside_of else []
    subprocess.run(enter + ["mount", "--bind", path, path], check=True)
    subprocess.run(enter + ["mount", "-o", "remount,bind,ro", path], check=True)


def unmount(path, inside_of=None):
    enter = ["nsenter", "--mount", "--target", str(inside_of), "--"] if inside_of else []
    wait_until(lambda: subprocess.run(enter + ["umount", path], check=False).returncode == 0, 20, f"umount {path}")
