"""Reports of sanitizers and of valgrind in what a server, acmectl or a test program wrote (`make analyze`)."""
import os
import re

# valgrind runs with --quiet: whatever it says then is an error.
_REPORT = re.compile(r"^==\d+==ERROR: |^WARNING: ThreadSanitizer: |: runtime error: |^==\d+== \S|Sanitizer:DEADLYSIGNAL",
                     re.MULTILINE)
_SHOWN = 12000


def refuse(text, source):
    """AssertionError when `text`, read from `source`, has a report, with what follows it."""
    found = _REPORT.search(text)
    if found:
        begin = text.rfind("\n", 0, found.start()) + 1
        raise AssertionError(f"{source}:\n{text[begin:begin + _SHOWN]}")


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
