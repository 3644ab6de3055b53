"""Reports of sanitizers and of valgrind in what a server, acmectl or a test program wrote (`make analyze`)."""
import os
import re

_REPORT = re.compile(r"(?:ERROR|WARNING): \w*Sanitizer|: runtime error: |^==\d+== ERROR SUMMARY: [1-9]|"
                     r"^==\d+== Process terminating with default action of signal (?:4|6|7|8|11)\b|Sanitizer:DEADLYSIGNAL",
                     re.MULTILINE)
_SHOWN = 12000


def refuse(text, source):
    """AssertionError when `text`, read from `source`, has a report, with what follows it."""
    found = _REPORT.search(text)
    if found:
        # valgrind sums up at the end what it said before.
        begin = max(0, found.start() - _SHOWN) if "SUMMARY" in found.group() else text.rfind("\n", 0, found.start()) + 1
        raise AssertionError(f"{source}:\n{text[begin:found.start() + _SHOWN]}")


def refuse_in(folder):
    """The same for all logs in a folder and below."""
    for place, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".log"):
                path = os.path.join(place, name)
                try:
                    with open(path, encoding="utf-8", errors="replace") as file:
                        text = file.read()
                except OSError:
                    continue
                refuse(text, path)
