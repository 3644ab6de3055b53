"""Programs that change pebble-challtestsrv's TXT records, as an operator's program changes a zone."""

# $1: the management port; $2: a folder for notes; $3: what is wrong with it. Then action, name and value.
PROGRAM = """#!/usr/bin/env python3
import json, os, sys, time, urllib.request
port, notes, flaw, action, name, value = sys.argv[1:]
with open(os.path.join(notes, "calls"), "a") as file:
    print(action, name, value, file=file)
if flaw == "hang":
    time.sleep(300)
if flaw == "fail":
    print("the zone is closed today")
    sys.exit(1)
if flaw == "flood":
    for _ in range(400):
        print("x" * 10000)
    sys.exit(1)
verb = {"present": "set-txt", "cleanup": "clear-txt"}[action]
body = {"host": name.rstrip(".") + ".", "value": value}
if action == "cleanup":
    body.pop("value")
urllib.request.urlopen(f"http://127.0.0.1:{port}/{verb}", json.dumps(body).encode(), timeout=30)
lingering = os.path.join(notes, "lingering")
if flaw == "linger" and not os.path.exists(lingering):
    open(lingering, "w").close()
    time.sleep(300)
"""
