"""acmectl as an operator runs it."""
import dataclasses
import json
import subprocess

from . import places, reports
from .processes import PATIENCE
from .server import as_user

DONE, FAILED, USAGE, NO_ENGINE, NO_PERMISSION, UNKNOWN_NAME, DECLINED, AMBIGUOUS_NAME, ENGINE_ENDED = range(9)


@dataclasses.dataclass(frozen=True)
class Answer:
    code: int
    output: str
    error: str

    @property
    def json(self):
        return json.loads(self.output)


def acmectl(server, *arguments, user=None, state=None):
    """`server` may be None; then `state` names the state directory, or nothing does."""
    state = state or (server.state_path if server else None)
    command = [places.ACMECTL, *(["--state", state] if state else []), *arguments]
    done = subprocess.run((as_user(user) if user else []) + command, stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=90 * PATIENCE, check=False)
    reports.refuse(done.stderr.decode(), " ".join(command))
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


def rows(server, *arguments):
    """The certificates of `acmectl status --json`."""
    answer = acmectl(server, "status", "--json", *arguments)
    assert answer.code == DONE, answer
    return answer.json["state_directories"][0]["certificates"]
