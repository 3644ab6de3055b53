"""README.md names tests as proof of what it says: each of them must be there."""

import re

# `test_planted_files`, `test_planted_files.test_in_place_of_what_root_reads`, `store/file_io_test`, `fuzz/json_fuzz`
NAMED = re.compile(r"`(?:(?P<file>test_\w+)(?:\.(?P<test>test_\w+))?|(?P<unit>\w+(?:/\w+)*_test)|fuzz/(?P<fuzz>\w+_fuzz))`")


def missing(match, sources):
    """Why the test that is named is not there; None: it is."""
    if match["unit"]:
        path = f"tests/unit/{match['unit']}.cpp"
    elif match["fuzz"]:
        path = f"tests/fuzz/{match['fuzz']}.cpp"
    else:
        path = f"tests/integration/{match['file']}.py"
    source = sources.get(path)
    if source is None:
        return f"there is no {path}"
    if match["test"] and not re.search(rf"\bdef {match['test']}\(", source.code):
        return f"{path} has no {match['test']}"
    return None


def check(readme, all_sources):
    sources = {source.path: source for source in all_sources}
    for number, line in enumerate(readme.splitlines(), 1):
        for match in NAMED.finditer(line):
            why = missing(match, sources)
            if why:
                yield f"README.md:{number}: {why}"
