"""Workspace: a folder of its own for one test, readable by the servers' user, and what runs in it."""
import os
import shutil
import tempfile

from . import reports


class Workspace:
    def __init__(self, prefix="acme-test-"):
        self.path = tempfile.mkdtemp(prefix=prefix)
        os.chmod(self.path, 0o755)
        self._running = []
        self._names = set()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def file(self, name, text=None, mode=0o644):
        """The path of a file in here; written when there is text."""
        path = os.path.join(self.path, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if text is not None:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(path, mode)
        return path

    def folder(self, name):
        """A new folder: name, name-2, name-3."""
        number, chosen = 1, name
        while chosen in self._names:
            number += 1
            chosen = f"{name}-{number}"
        self._names.add(chosen)
        path = os.path.join(self.path, chosen)
        os.makedirs(path, exist_ok=True)
        return path

    def add(self, running):
        """Something with stop(): ended with the workspace, the last one first."""
        self._running.append(running)

    def stop_all(self):
        while self._running:
            self._running.pop().stop()

    def close(self):
        self.stop_all()
        try:
            reports.refuse_in(self.path)
        finally:
            if os.environ.get("KEEP"):
                print(f"kept: {self.path}")
            else:
                shutil.rmtree(self.path, ignore_errors=True)
