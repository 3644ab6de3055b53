#!/usr/bin/python3
"""Checks answers of the status page that a unit test wrote into a directory: check_status_answers.py DIR SCHEMA

*.html: no word of complaint from `tidy`, and Python's own parser sees a well-formed tree; those whose names begin alike
up to the first "~" have the same tags and attributes in the same order. *.json: valid by SCHEMA, which moreover names
every member. Prints what is wrong, exits with 1. Debian's python3-jsonschema and tidy are needed.
"""
import html.parser
import json
import pathlib
import subprocess
import sys

import jsonschema

VOID = {"meta", "link", "br", "input", "img", "hr"}


class Structure(html.parser.HTMLParser):
    """Tags and the names of their attributes; what is not closed in its turn is a finding."""

    def __init__(self):
        super().__init__()
        self.tags, self.open, self.ids, self.headings, self.findings = [], [], set(), [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, *[name for name, _ in attrs]))
        if tag not in VOID:
            self.open.append(tag)
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append(int(tag[1]))
        for name, value in attrs:
            if name == "id" and value in self.ids:
                self.findings.append(f"the id {value} is there twice")
            if name == "id":
                self.ids.add(value)
            if name.startswith("on") or name == "style":
                self.findings.append(f"<{tag}> has {name}, which the policy forbids")

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, *[name for name, _ in attrs]))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.findings.append(f"</{tag}> out of turn")

    def handle_comment(self, data):
        self.findings.append("a comment")

    def checked(self):
        if self.open:
            self.findings.append(f"not closed: {self.open}")
        if self.headings[:1] != [1] or self.headings.count(1) != 1:
            self.findings.append("not exactly one h1 in front")
        if any(below > above + 1 for above, below in zip(self.headings, self.headings[1:])):
            self.findings.append(f"headings skip a level: {self.headings}")
        return self.findings


def html_findings(files):
    first = {}
    for file in files:
        tidy = subprocess.run(["tidy", "-e", "-q", str(file)], capture_output=True, text=True, errors="replace")
        if tidy.returncode:
            yield f"{file.name}: tidy: {tidy.stderr[:600]}"
        structure = Structure()
        structure.feed(file.read_text(encoding="utf-8"))
        structure.close()
        for finding in structure.checked():
            yield f"{file.name}: {finding}"
        known = first.setdefault(file.name.split("~")[0], structure.tags)
        if known != structure.tags:
            different = [(a, b) for a, b in zip(known, structure.tags) if a != b][:1]
            yield f"{file.name}: another structure than its kind: {different or 'more or fewer tags'}"


def strict(schema):
    """The schema, and nothing beyond what it names."""
    def close(part):
        if isinstance(part, dict):
            if part.get("type") == "object":
                part["unevaluatedProperties"] = False
            for value in part.values():
                close(value)
        elif isinstance(part, list):
            for value in part:
                close(value)

    close(schema)
    del schema["$defs"]["summary_members"]["unevaluatedProperties"]  # `detail` has more
    for name in ("summary", "detail"):
        schema["$defs"][name]["unevaluatedProperties"] = False
    return schema


def json_findings(files, schema):
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(strict(schema))
    for file in files:
        for error in validator.iter_errors(json.loads(file.read_text(encoding="utf-8"))):
            yield f"{file.name}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"


def main():
    folder, schema = pathlib.Path(sys.argv[1]), json.loads(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))
    pages, documents = sorted(folder.glob("*.html")), sorted(folder.glob("*.json"))
    findings = [*html_findings(pages), *json_findings(documents, schema)]
    if not pages or not documents:
        findings.append("nothing to check")
    print("\n".join(findings[:20]), file=sys.stderr)
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
