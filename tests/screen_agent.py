#!/usr/bin/python3
"""Stands for curlew-agent in the screen's tests: speaks its protocol and has no mail and no server.

`ask…` accounts need the password "right", `mail…` ones have three new messages the first time they are asked,
`failed…` ones whose round ends with that, `late…` ones answer when they are asked for the second time, `fail…` ones
find a folder that cannot be synced, `wait…` ones say that the index is another
program's, and that it is so no more when they are asked again, `slow…` ones are in the middle of a folder until they are told to cancel, the others
have nothing new. `asklate…` ones tell what a cancel did only when the next line comes. No message that is fetched ever
comes whole; that its fetch was cancelled is told as an error. With refuse-fetches beside it every fetch is refused, and
one that nothing gave rise to is told as an error. What is to be done to messages is written to `deeds` there, a line
each, and done to their rows in the store alone, so that it can be taken back; with refuse-deeds there it is refused, with
hold-deeds it is neither done nor answered until that is gone. What is tried again or given up is written there, too.
"""

import fcntl
import json
import os
import pathlib
import socket
import sqlite3
import sys
import time

NAME = sys.argv[-1]
PLACE = pathlib.Path(os.environ["XDG_STATE_HOME"]) / "curlew" / NAME


class Agent:
    def __init__(self, peer):
        self.peer = peer
        self.secret = None if NAME.startswith("ask") else "right"
        self.new = 3 if NAME.startswith("mail") else 0
        self.late = NAME.startswith("late")
        self.refuses = (PLACE / "refuse-fetches").exists()
        self.refused = False  # since the last round
        self.owes_cancel = False
        self.index_waits = False
        self.before = {}  # name of a deed: rows as they were, of (key, folder, st, loc, lkw), and the bits of loc it changed

    def tell(self, **line):
        self.peer.write(json.dumps(line) + "\n")
        self.peer.flush()

    def state(self, state, **more):
        self.tell(event="state", account=NAME, state=state, **more)

    def need(self):
        self.state("connecting")
        self.tell(event="need", account=NAME, what="password")

    def done(self, error=None, code=None):
        self.tell(event="done", account=NAME, ok=not error, new=0 if error else self.new, changed=0, removed=0,
                  error=error, code=code)
        self.new = 0

    def stop(self):
        self.owes_cancel = False
        self.state("stopped", why="no password was given")

    def round(self):
        if self.late:
            self.late = False
        elif NAME.startswith("wait"):
            self.index_waits = not self.index_waits
            self.state("syncing")
            self.tell(event="index", account=NAME, waits=self.index_waits)
            self.state("idle")
            self.done()
        elif NAME.startswith("slow"):
            self.state("syncing")
            self.tell(event="progress", account=NAME, folder="INBOX", phase="headers", done=1204, total=20000, rate=850)
            self.tell(event="progress", account=NAME, phase="index", done=300, total=1000, rate=100)
        elif self.secret is None:
            self.need()
        elif self.secret == "right":
            self.refused = False
            self.state("syncing")
            if NAME.startswith("fail"):
                self.tell(event="error", account=NAME, code="full", error="no space is left", folder="Lists")
            self.state("idle")
            if NAME.startswith("failed"):
                self.done("Lists: no space is left", "full")
                return
            self.done()
        else:
            self.secret = None
            self.state("stopped", why="localhost: the server says: Authentication failed.")
            self.done("localhost: the server says: Authentication failed.")

    def refuse_fetch(self, line):
        if self.refused:
            self.tell(event="error", account=NAME, code="failed", error="asked in vain")
        self.refused = True
        self.tell(id=line["id"], ok=False, code="refused", error="too odd")
        self.state("idle")

    def deed(self, line):
        with (PLACE / "deeds").open("a") as deeds:
            deeds.write(json.dumps({name: line[name] for name in line if name != "id"}, sort_keys=True) + "\n")
        while (PLACE / "hold-deeds").exists():
            time.sleep(0.005)
        if (PLACE / "refuse-deeds").exists():
            self.tell(id=line["id"], ok=False, code="usage", error="no such folder")
            return
        with sqlite3.connect(PLACE / "state.db") as store:
            if line["do"] == "undo":
                self.undo(store, line)
            else:
                self.do(store, line)
            store.execute("DELETE FROM fthread WHERE NOT EXISTS (SELECT 1 FROM msg m WHERE m.folder=fthread.folder"
                          " AND m.thread=fthread.thread AND m.st IN (0,1))")
        store.close()
        self.tell(id=line["id"], ok=True, done=len(line.get("keys", ["all"])))
        self.tell(event="changed", account=NAME, folders=[])

    def do(self, store, line):
        changes = {"seen": 16, "flagged": 2}
        setting = sum(changes.get(flag, 0) for flag in line.get("set", []))
        clearing = sum(changes.get(flag, 0) for flag in line.get("clear", []))
        rows = self.before.setdefault(line.get("deed"), [])
        for key in line["keys"]:
            row = store.execute("SELECT key,folder,st,loc,lkw FROM msg WHERE key=?", [key]).fetchone()
            rows.append((*row, row[3] ^ ((row[3] | setting) & ~clearing)))
            if line["do"] in ("delete", "move"):
                store.execute("UPDATE msg SET st=2 WHERE key=?", [key])
            elif line["do"] == "tag":
                tags = {*store.execute("SELECT lkw FROM msg WHERE key=?", [key]).fetchone()[0].split(), *line.get("add", [])}
                text = " ".join(sorted(tags - {*line.get("remove", [])}))
                store.execute("UPDATE msg SET lkw=? WHERE key=?", [text, key])
            store.execute("UPDATE msg SET loc=(loc|?)&~? WHERE key=?", [setting, clearing, key])
            self.count_unread(store, key)

    def undo(self, store, line):
        for number, (key, folder, st, loc, lkw, bits) in enumerate(self.before.get(line["deed"], [])):
            now = store.execute("SELECT key,folder,st,loc,lkw FROM msg WHERE key=?", [key]).fetchone()
            store.execute("UPDATE msg SET folder=?,st=?,loc=(loc&~?)|?,lkw=? WHERE key=?", [folder, st, bits, loc & bits, lkw, key])
            self.before[line["deed"]][number] = (*now, bits)
            store.execute("INSERT OR IGNORE INTO fthread SELECT folder,thread,date,1,0,0 FROM msg WHERE key=?", [key])
            self.count_unread(store, key)

    def count_unread(self, store, key):
        store.execute("UPDATE fthread SET unread=(SELECT count(*) FROM msg m WHERE m.folder=fthread.folder AND m.thread=fthread.thread"
                      " AND m.st IN (0,1) AND m.loc&16=0) WHERE (folder,thread)=(SELECT folder,thread FROM msg WHERE key=?)", [key])

    def settle(self, line):
        with (PLACE / "deeds").open("a") as deeds:
            deeds.write(json.dumps({"do": line["do"], "keys": line.get("keys")}, sort_keys=True) + "\n")
        done = 0
        with sqlite3.connect(PLACE / "state.db") as store:
            for key in line["keys"]:
                parked = "state=2 AND msg=(SELECT id FROM msg WHERE key=?)"
                if line["do"] == "retry":
                    done += store.execute(f"UPDATE op SET state=0,err=NULL WHERE {parked}", [key]).rowcount
                else:
                    done += store.execute(f"DELETE FROM op WHERE {parked}", [key]).rowcount
                    store.execute("UPDATE msg SET op=NULL WHERE key=? AND op NOT IN (SELECT id FROM op)", [key])
        store.close()
        self.tell(id=line["id"], ok=True, done=done)
        self.tell(event="changed", account=NAME, folders=[])

    def take(self, line):
        if line["do"] in ("flag", "tag", "move", "copy", "delete", "undo"):
            self.deed(line)
            return
        if line["do"] in ("retry", "drop"):
            self.settle(line)
            return
        if line["do"] == "fetch" and self.refuses:
            self.refuse_fetch(line)
            return
        if line["do"] == "fetch":
            self.tell(event="progress", account=NAME, phase="body", key=line["key"], done=2, total=5)
            return
        if self.owes_cancel:
            self.stop()
        self.tell(id=line["id"], ok=True)
        if line["do"] == "hello" and self.secret is None:
            self.need()
        elif line["do"] == "hello":
            self.state("idle")
        elif line["do"] == "secret":
            self.secret = line["value"]
        elif line["do"] == "cancel" and "key" in line:
            self.tell(event="error", account=NAME, code="cancelled", error="the download was cancelled")
        elif line["do"] == "cancel" and NAME.startswith("slow"):
            self.state("idle")
            self.done("cancelled", "cancelled")
        elif line["do"] == "cancel" and NAME.startswith("asklate"):
            self.owes_cancel = True
        elif line["do"] == "cancel":
            self.stop()
        elif line["do"] == "sync":
            self.round()


def main():
    PLACE.mkdir(parents=True, exist_ok=True)
    lock = (PLACE / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(0)  # another one stands there
    listener = socket.socket(socket.AF_UNIX)
    listener.settimeout(30)  # nobody comes: the test has ended
    path = PLACE / "socket"
    path.unlink(missing_ok=True)
    listener.bind(str(path))
    listener.listen()
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n{path}\n")
    lock.flush()
    peer = listener.accept()[0]
    peer.settimeout(None)
    agent = Agent(peer.makefile("w"))
    for line in peer.makefile("r"):
        agent.take(json.loads(line))


main()
