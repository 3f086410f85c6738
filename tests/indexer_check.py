#!/usr/bin/python3
"""Black box of curlew-index: speaks its protocol, kills it at odd moments, changes tags behind its back.

    indexer_check.py CURLEW_INDEX [TEST…]

The oracle is the notmuch command line with a configuration of its own. Needs no network, leaves nothing.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

PROGRAM = sys.argv[1]
DRAFT, FLAGGED, PASSED, REPLIED, SEEN, TRASHED = 1, 2, 4, 8, 16, 32
DEADLINE = 60
VERSION = re.search(r"version: '([^']+)'",
                    (pathlib.Path(__file__).resolve().parent.parent / "meson.build").read_text()).group(1)


class Lost(Exception):
    """The indexer ended the connection."""


class Refused(Exception):
    """The indexer serves nobody: code, sentence."""


def build_id(program=PROGRAM):
    status = os.stat(program)
    return f"{VERSION} {status.st_size} {status.st_mtime_ns // 10**9}.{status.st_mtime_ns % 10**9:09}"


class Client:
    def __init__(self, place, **wishes):
        self.wishes = {"build": build_id(), "mail_root": place.root, **wishes}
        end = time.monotonic() + DEADLINE
        while not self.greet(place):
            result = place.process.poll()
            if time.monotonic() > end or result:
                raise Lost
            if result == 0:
                place.spawn()  # a dying one still held the lock
            time.sleep(0.01)

    def greet(self, place):
        """As any client does, tries again where the socket of a dead indexer still answers."""
        self.last = 0
        self.waits = []
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(DEADLINE)
        try:
            self.socket.connect(place.socket_path())
            self.stream = self.socket.makefile("rb")
            self.hello = self.ask(do="hello", **{"protocol": 1, **self.wishes})
        except (OSError, Lost):
            self.socket.close()
            return False
        if not self.hello["ok"]:
            self.close()
            raise Refused(self.hello["code"], self.hello["error"])
        return True

    def send(self, **question):
        self.last += 1
        question["id"] = self.last
        try:
            self.socket.sendall(json.dumps(question).encode() + b"\n")
        except OSError:
            raise Lost from None
        return self.last

    def receive(self, skip=True):
        """The next answer; without SKIP also None for what is told of the lock, kept in self.waits."""
        try:
            line = self.stream.readline()
        except OSError:
            raise Lost from None
        if not line.endswith(b"\n"):
            raise Lost
        answer = json.loads(line)
        if answer.get("event") != "waits":
            return answer
        self.waits.append(answer["waits"])
        return self.receive() if skip else None

    def ask(self, **question):
        number = self.send(**question)
        answer = self.receive()
        assert answer["id"] == number, (question, answer)
        return answer

    def batch(self, account, *items, idle=False):
        answer = self.ask(do="batch", account=account, idle=idle, items=list(items))
        assert answer["ok"], answer
        return answer["skipped"]

    def close(self):
        self.stream.close()
        self.socket.close()


class Place:
    """A mail root, a state directory, a notmuch configuration for the oracle."""

    def __init__(self):
        self.top = tempfile.mkdtemp(prefix="curlew-check-")
        self.root = os.path.join(self.top, "mail")
        self.state = os.path.join(self.top, "state")
        os.mkdir(self.root)
        os.mkdir(self.state)
        self.config = os.path.join(self.top, "notmuch-config")
        with open(self.config, "w") as out:
            out.write(f"[database]\npath={self.root}\n[search]\nexclude_tags=\n")
        # The user's own configuration must not matter.
        trap = os.path.join(self.top, "trap")
        with open(trap, "w") as out:
            out.write("[database]\npath=/nonexistent\n[new]\ntags=trapped\n")
        self.environment = dict(os.environ, NOTMUCH_CONFIG=trap, NOTMUCH_PROFILE="trap",
                                NOTMUCH_DATABASE="/nonexistent", HOME=self.top)
        self.process = None

    def socket_path(self):
        """As the lock file names it on its second line; one that is not there where it names none."""
        try:
            with open(os.path.join(self.state, "index.lock")) as lock:
                return (lock.read().splitlines() + ["", ""])[1] or "/nonexistent"
        except OSError:
            return "/nonexistent"

    def spawn(self):
        self.process = subprocess.Popen(
            [PROGRAM, "--mail-root", self.root, "--state", self.state], env=self.environment)

    def start(self):
        self.spawn()
        return Client(self)

    def stop(self, number=signal.SIGTERM):
        if self.process:
            self.process.send_signal(number)
            result = self.process.wait(DEADLINE)
            self.process = None
            return result
        return 0

    def close(self):
        if self.process:
            self.stop(signal.SIGKILL)
        # a dump of the tags is a process of its own and may still write
        deadline = time.monotonic() + DEADLINE
        while os.path.exists(self.top):
            shutil.rmtree(self.top, ignore_errors=time.monotonic() < deadline)

    def write(self, file, content, seconds=None):
        path = os.path.join(self.root, file)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(content if isinstance(content, bytes) else content.encode())
        return file

    def notmuch(self, *words):
        environment = dict(os.environ, NOTMUCH_CONFIG=self.config, HOME=self.top)
        environment.pop("NOTMUCH_PROFILE", None)
        environment.pop("NOTMUCH_DATABASE", None)
        return subprocess.run(["notmuch", *words], env=environment, check=True,
                              capture_output=True, text=True).stdout

    def tags(self, message):
        return self.notmuch("search", "--output=tags", f"id:{message}").split()

    def files(self, message="*"):
        query = message if message == "*" else f"id:{message}"
        found = self.notmuch("search", "--output=files", query).split("\n")
        return sorted(os.path.relpath(f, self.root) for f in found if f)


def mail(number, body="words", subject=None, to="Bob <bob@example.org>", message_id=None):
    message_id = message_id or f"m{number}@example.org"
    return (f"From: Ada <ada@example.org>\nTo: {to}\nSubject: {subject or f'Letter {number}'}\n"
            f"Message-ID: <{message_id}>\nDate: Tue, 03 Nov 2026 10:{number % 60:02}:00 +0000\n\n"
            f"{body} number{number}\n")


def put(key, file, flags=0, tags=()):
    return {"act": "put", "key": key, "file": file, "flags": flags, "tags": list(tags)}


def change(key, flags=0, tags=()):
    return {"act": "flags", "key": key, "flags": flags, "tags": list(tags)}


def remove(key):
    return {"act": "remove", "key": key}


def same(found, wanted):
    assert found == wanted, f"found {found}, wanted {wanted}"


TESTS = []


def test(function):
    TESTS.append(function)
    return function


@test
def tags_follow_the_flags_of_all_copies(place):
    client = place.start()
    place.write("a/INBOX/cur/k1:2,", mail(1))
    place.write("b/INBOX/cur/k2:2,S", mail(1))
    same(client.batch("a", put("k1", "a/INBOX/cur/k1:2,")), [])
    same(place.tags("m1@example.org"), ["unread"])
    same(client.batch("b", put("k2", "b/INBOX/cur/k2:2,S", SEEN | FLAGGED, ["work"])), [])
    same(place.tags("m1@example.org"), ["flagged", "work"])
    client.batch("a", change("k1", REPLIED, ["home"]))
    same(place.tags("m1@example.org"), ["flagged", "home", "replied", "work"])
    client.batch("b", remove("k2"))
    same(place.tags("m1@example.org"), ["home", "replied", "unread"])
    same(place.files("m1@example.org"), ["a/INBOX/cur/k1:2,"])
    client.batch("a", remove("k1"))
    same(place.files(), [])
    same(client.ask(do="changed", account="a", since=0)["changes"], [])


@test
def a_renamed_file_changes_its_path_and_keeps_its_tags(place):
    client = place.start()
    place.write("a/INBOX/new/k1", mail(1))
    client.batch("a", put("k1", "a/INBOX/new/k1", 0, ["work"]))
    os.makedirs(f"{place.root}/a/Archive/cur")
    os.rename(f"{place.root}/a/INBOX/new/k1", f"{place.root}/a/Archive/cur/k1:2,S")
    same(client.batch("a", put("k1", "a/Archive/cur/k1:2,S", SEEN, ["work"]), idle=True), [])
    same(place.files(), ["a/Archive/cur/k1:2,S"])
    same(place.tags("m1@example.org"), ["work"])
    same(place.notmuch("count", "folder:a/Archive").strip(), "1")
    same(place.notmuch("count", "folder:a/INBOX").strip(), "0")


@test
def the_whole_message_takes_the_place_of_its_stub(place):
    client = place.start()
    place.write("a/INBOX/cur/k1,P:2,", mail(1, "stubword"))
    client.batch("a", put("k1", "a/INBOX/cur/k1,P:2,"))
    place.write("a/INBOX/cur/k1:2,", mail(1, "fullword"))
    client.batch("a", put("k1", "a/INBOX/cur/k1:2,"))
    same(place.notmuch("count", "stubword").strip(), "0")
    same(place.notmuch("count", "fullword").strip(), "1")
    same(place.tags("m1@example.org"), ["unread"])


@test
def what_is_no_mail_is_skipped_and_named(place):
    client = place.start()
    place.write("a/cur/k1", "no mail at all\n")
    place.write("a/cur/k2", mail(2))
    place.write("a/cur/k3", mail(3, to="a:" * 50000))
    place.write("a/cur/k5", b"")
    os.symlink("/etc/passwd", f"{place.root}/a/cur/k6")
    os.mkfifo(f"{place.root}/a/cur/k7")
    skipped = client.batch("a", *[put(f"k{i}", f"a/cur/k{i}") for i in range(1, 8)],
                           put("k8", "../outside"), put("k9", "/etc/passwd"))
    why = {s["key"]: s["why"] for s in skipped}
    same(sorted(why), ["k1", "k3", "k4", "k5", "k6", "k7", "k8", "k9"])
    same(why["k1"], "no mail by notmuch's rules")
    same(why["k3"], "address list too complex")
    same(why["k4"], "the file is gone")
    same(place.files(), ["a/cur/k2"])


@test
def a_path_too_long_for_a_term_costs_its_own_mail_alone(place):
    client = place.start()
    for i, file in enumerate([f"{'L' * 221}/cur/k0", f"cur/{'L' * 221}", f"{'L' * 120}/{'M' * 111}/cur/k2", "a/cur/k3",
                              f"{'L' * 220}/cur/k4", f"{'L' * 120}/{'M' * 110}/cur/k5", f"cur/{'L' * 220}"]):
        place.write(file, mail(i))
        skipped = client.batch("a", put(f"k{i}", file))
        same([s["why"] for s in skipped], ["its path is too long for the index"] if i < 3 else [])
    same(len(place.files()), 4)
    client.batch("a", *[remove(f"k{i}") for i in range(7)])
    same(place.files(), [])


@test
def a_kill_at_any_moment_loses_nothing_once_it_is_replayed(place):
    batches = []
    for i in range(12):
        items = []
        for j in range(20):
            n = i * 20 + j
            file = place.write(f"a/INBOX/cur/k{n}:2,", mail(n, "x" * 2000))
            items.append(put(f"k{n}", file, SEEN if n % 3 else 0, ["t"] if n % 5 == 0 else []))
        batches.append(items)
    client = place.start()
    done = kills = 0
    pauses = [0, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.13, 0.2, 0.3]
    while done < len(batches):
        number = client.send(do="batch", account="a", idle=False, items=batches[done])
        if kills < len(pauses):
            time.sleep(pauses[kills])
            kills += 1
            place.stop(signal.SIGKILL)
            client.close()
            client = place.start()
            continue  # the answer is not known: replayed
        answer = client.receive()
        same((answer["id"], answer["ok"], answer["skipped"]), (number, True, []))
        done += 1
        if done == 2:
            pauses += [0.01, 0.04, 0.09]
    same(len(place.files()), 240)
    same(place.notmuch("count", "tag:unread").strip(), "80")
    same(place.notmuch("count", "tag:t").strip(), "48")
    same(client.ask(do="changed", account="a", since=0)["changes"], [])
    same(client.ask(do="status")["messages"], 240)


@test
def renames_and_removals_survive_a_kill(place):
    client = place.start()
    for n in range(40):
        place.write(f"a/INBOX/cur/k{n}:2,", mail(n))
    client.batch("a", *[put(f"k{n}", f"a/INBOX/cur/k{n}:2,") for n in range(40)])
    os.makedirs(f"{place.root}/a/Done/cur")
    for n in range(20):
        os.rename(f"{place.root}/a/INBOX/cur/k{n}:2,", f"{place.root}/a/Done/cur/k{n}:2,S")
    items = [put(f"k{n}", f"a/Done/cur/k{n}:2,S", SEEN) for n in range(20)]
    items += [remove(f"k{n}") for n in range(20, 40)]
    for pause in [0, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.12, 0.2]:
        client.send(do="batch", account="a", idle=False, items=items)
        time.sleep(pause)
        place.stop(signal.SIGKILL)
        client.close()
        client = place.start()
    same(client.batch("a", *items), [])
    same(place.files(), sorted(f"a/Done/cur/k{n}:2,S" for n in range(20)))
    same(place.notmuch("count", "tag:unread").strip(), "0")
    same(client.ask(do="changed", account="a", since=0)["changes"], [])
    same(client.ask(do="status")["messages"], 20)


@test
def tags_by_another_program_reach_every_copys_agent_until_stored(place):
    client = place.start()
    place.write("a/cur/k1:2,", mail(1))
    place.write("b/cur/k2:2,", mail(1))
    client.batch("a", put("k1", "a/cur/k1:2,"))
    client.batch("b", put("k2", "b/cur/k2:2,"))
    place.notmuch("tag", "+work", "+flagged", "-unread", "--", "id:m1@example.org")
    for account, key in ("a", "k1"), ("b", "k2"):
        answer = client.ask(do="changed", account=account, since=0)
        same(len(answer["changes"]), 1)
        found = answer["changes"][0]
        same((found["key"], found["add"], found["remove"]), (key, ["flagged", "work"], ["unread"]))
        same(answer["revision"], found["change"])
    # an item that was made before the agent heard of it takes nothing back
    client.batch("a", change("k1", 0, []))
    same(place.tags("m1@example.org"), ["flagged", "work"])
    number = client.ask(do="changed", account="a", since=0)["changes"][0]["change"]
    client.ask(do="stored", account="a", changes=[number])
    same(client.ask(do="changed", account="a", since=0)["changes"], [])
    same(len(client.ask(do="changed", account="b", since=0)["changes"]), 1)
    client.batch("a", change("k1", SEEN, []))
    same(place.tags("m1@example.org"), ["flagged", "work"])
    number = client.ask(do="changed", account="b", since=0)["changes"][0]["change"]
    client.ask(do="stored", account="b", changes=[number])
    client.batch("a", change("k1", SEEN, []))
    client.batch("b", change("k2", SEEN, []))
    same(place.tags("m1@example.org"), [])


@test
def what_notmuch_renamed_is_known_by_its_key(place):
    client = place.start()
    for number in (1, 2):
        place.write(f"a/cur/k{number}:2,", mail(number))
        client.batch("a", put(f"k{number}", f"a/cur/k{number}:2,"))
    place.notmuch("tag", "-unread", "--", "*")
    same(place.files(), ["a/cur/k1:2,S", "a/cur/k2:2,S"])
    os.rename(os.path.join(place.root, "a/cur/k1:2,S"), os.path.join(place.root, "a/cur/k1:2,FS"))
    client.batch("a", put("k1", "a/cur/k1:2,FS", SEEN), remove("k2"))
    same(place.files(), ["a/cur/k1:2,FS"])


@test
def changes_made_while_no_indexer_ran_are_found(place):
    client = place.start()
    place.write("a/cur/k1:2,", mail(1))
    client.batch("a", put("k1", "a/cur/k1:2,"))
    client.close()
    same(place.stop(), 0)
    place.notmuch("tag", "+later", "--", "*")
    client = place.start()
    found = client.ask(do="changed", account="a", since=0)["changes"]
    same([(c["key"], c["add"], c["remove"]) for c in found], [("k1", ["later"], [])])


@test
def a_great_change_is_held_until_somebody_decides(place):
    client = place.start()
    for n in range(1100):
        place.write(f"a/cur/k{n}:2,", mail(n))
    for n in range(0, 1100, 100):
        client.batch("a", *[put(f"k{i}", f"a/cur/k{i}:2,") for i in range(n, n + 100)])
    place.notmuch("tag", "+oops", "--", "*")
    same(client.ask(do="changed", account="a", since=0)["changes"], [])
    same(client.ask(do="status")["held"], 1100)
    same(client.ask(do="held", take=False)["ok"], True)
    same(client.ask(do="status")["held"], 0)
    same(place.notmuch("count", "tag:oops").strip(), "0")
    place.notmuch("tag", "+meant", "--", "*")
    same(client.ask(do="changed", account="a", since=0)["changes"], [])
    same(client.ask(do="held", take=True)["ok"], True)
    same(len(client.ask(do="changed", account="a", since=0)["changes"]), 500)
    same(place.notmuch("count", "tag:meant").strip(), "1100")


@test
def a_lost_or_foreign_index_is_begun_anew_and_nothing_inferred(place):
    client = place.start()
    place.write("a/cur/k1:2,", mail(1))
    client.batch("a", put("k1", "a/cur/k1:2,", 0, ["mine"]))
    first = client.hello["generation"]
    client.close()
    place.stop()
    client = place.start()
    same(client.hello["generation"], first)
    client.close()
    place.stop()
    for loss in "xapian", "index.db":
        if loss == "xapian":
            shutil.rmtree(f"{place.root}/.notmuch/xapian")
        else:
            for part in "", "-wal", "-shm":
                if os.path.exists(f"{place.state}/index.db{part}"):
                    os.unlink(f"{place.state}/index.db{part}")
        client = place.start()
        assert client.hello["generation"] != first
        first = client.hello["generation"]
        same(place.files(), [])
        client.batch("a", put("k1", "a/cur/k1:2,", 0, ["mine"]))
        same(place.tags("m1@example.org"), ["mine", "unread"])
        same(client.ask(do="changed", account="a", since=0)["changes"], [])
        client.close()
        place.stop()


def rebuild(client, place):
    """Asks for a new index, sees every connection end, and comes again."""
    client.send(do="rebuild")
    try:
        while True:
            client.receive()
    except Lost:
        client.close()
    return Client(place)


@test
def a_rebuild_keeps_the_tags_that_no_agent_has_stored(place):
    client = place.start()
    # named as `notmuch tag` would rename them
    files = place.write("a/cur/k1:2,", mail(1)), place.write("a/cur/k2:2,S", mail(2))
    items = [put("k1", files[0], 0, ["home"]), put("k2", files[1], 0, ["home"])]
    same(client.batch("a", *items), [])
    place.notmuch("tag", "+told", "-home", "--", "id:m1@example.org")
    same(len(client.ask(do="changed", account="a", since=0)["changes"]), 1)
    place.notmuch("tag", "+todo", "-unread", "--", "id:m2@example.org")
    client = rebuild(client, place)
    same(client.batch("a", *items), [])
    same(place.tags("m1@example.org"), ["told", "unread"])
    same(place.tags("m2@example.org"), ["home", "todo"])
    found = client.ask(do="changed", account="a", since=0)["changes"]
    same([(c["key"], c["add"], c["remove"]) for c in found],
         [("k1", ["told"], ["home"]), ("k2", ["todo"], ["unread"])])
    client = rebuild(client, place)
    client.batch("a", remove("k1"), remove("k2"))
    same(client.ask(do="changed", account="a", since=0)["changes"], [])


@test
def no_rebuild_begins_while_another_program_writes(place):
    client = place.start()
    place.write("a/cur/k1:2,", mail(1))
    client.batch("a", put("k1", "a/cur/k1:2,"))
    import fcntl
    with open(f"{place.root}/.notmuch/xapian/flintlock", "r+b") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB, 1)
        refused = client.ask(do="rebuild")
        same((refused["ok"], refused["code"]), (False, "failed"))
    same(place.files(), ["a/cur/k1:2,"])
    same(client.ask(do="rebuild")["ok"], True)


@test
def a_disk_that_is_not_mounted_costs_no_index(place):
    client = place.start()
    place.write("a/cur/k1:2,", mail(1))
    client.batch("a", put("k1", "a/cur/k1:2,"))
    generation = client.hello["generation"]
    client.close()
    place.stop()
    away = f"{place.top}/away"
    os.rename(place.root, away)
    for made in [], [f"{place.root}/a/cur"]:
        for directory in made:
            os.makedirs(directory)
        try:
            place.start()
            assert False, "it should not serve"
        except Refused as refused:
            code, why = refused.args
        same(code, "failed")
        assert place.root in why and "not mounted?" in why, why
        same(place.process.wait(DEADLINE), 1)
        same(os.path.exists(place.root), bool(made))
        same(os.path.exists(f"{place.root}/.notmuch"), False)
    os.removedirs(f"{place.root}/a/cur")
    os.rename(away, place.root)
    client = place.start()
    same(client.hello["generation"], generation)
    same(client.ask(do="status")["messages"], 1)
    os.rename(place.root, away)
    os.mkdir(place.root)
    refused = client.ask(do="batch", account="a", items=[change("k1", SEEN)])
    same((refused["ok"], "not mounted?" in refused["error"]), (False, True))
    refused = client.ask(do="rebuild")
    same((refused["ok"], "not mounted?" in refused["error"]), (False, True))
    same(os.listdir(place.root), [])
    os.rmdir(place.root)
    os.rename(away, place.root)
    same(client.batch("a", change("k1", SEEN)), [])
    same(place.tags("m1@example.org"), [])


@test
def an_indexer_gives_way_to_another_build_protocol_or_place(place):
    for other in ({"build": "another"}, {"build": None}, {"protocol": 2}, {"mail_root": place.top},
                  {"mail_root": None}, {"database": place.top}):
        client = place.start()
        same(client.hello["build"], build_id())
        with_slash = Client(place, mail_root=f"{place.root}/")
        try:
            Client(place, **other)
            assert False, other
        except Refused as refused:
            same(refused.args[0], "outdated")
        same(place.process.wait(DEADLINE), 0)
        for left in client, with_slash:
            try:
                left.ask(do="status")
                assert False, "it should be gone"
            except Lost:
                left.close()


@test
def damage_to_the_index_ends_in_a_new_one(place):
    client = place.start()
    for n in range(30):
        place.write(f"a/cur/k{n}:2,", mail(n))
    items = [put(f"k{n}", f"a/cur/k{n}:2,") for n in range(30)]
    client.batch("a", *items)
    client.close()
    place.stop()
    xapian = f"{place.root}/.notmuch/xapian"
    for name in sorted(n for n in os.listdir(xapian) if n != "flintlock"):
        for damage in "delete", "empty", "half", "noise":
            path = f"{xapian}/{name}"
            if not os.path.exists(path):
                continue
            size = os.path.getsize(path)
            if damage == "delete":
                os.unlink(path)
            elif damage == "noise":
                with open(path, "r+b") as out:
                    out.write(b"\xa5" * size)
            else:
                os.truncate(path, 0 if damage == "empty" else size // 2)
            client = None
            for _ in range(6):
                try:
                    client = client or place.start()
                    answer = client.ask(do="batch", account="a", idle=False, items=items)
                    if answer["ok"]:
                        client.batch("a", change("k1", SEEN))
                        break
                except Lost:
                    client = None
                    place.stop(signal.SIGKILL)
            same((name, damage, place.notmuch("count", "*").strip()), (name, damage, "30"))
            client.close()
            place.stop()


@test
def an_adopted_database_is_never_thrown_away(place):
    place.write("a/cur/k1:2,", mail(1))
    place.write("elsewhere/cur/x:2,", mail(2))
    place.notmuch("new", "--quiet")
    place.notmuch("tag", "+precious", "--", "*")
    client = place.start()
    client.batch("a", put("k1", "a/cur/k1:2,"))
    assert "precious" in place.tags("m1@example.org")
    found = client.ask(do="changed", account="a", since=0)["changes"]
    assert "precious" in found[0]["add"], found
    client = rebuild(client, place)
    same(place.notmuch("count", "tag:precious").strip(), "2")
    place.stop()


def leave_poison(place, number, key, file):
    """As an indexer that died of this signal (0: killed from outside) while it read this file."""
    with open(f"{place.state}/index.page", "r+b") as out:
        out.write(number.to_bytes(4, "little") + key.encode().ljust(512, b"\0") +
                  file.encode().ljust(3072, b"\0"))


@test
def many_files_that_kill_in_one_batch_are_proven_one_by_one(place):
    items = [put(f"k{n}", place.write(f"a/cur/k{n}:2,", mail(n))) for n in range(8)]
    client = place.start()
    same(client.ask(do="status")["poison_total"], 0)
    for n in range(1, 6):
        client.send(do="batch", account="a", idle=False, items=items)
        place.stop(signal.SIGKILL)
        client.close()
        leave_poison(place, signal.SIGSEGV, f"k{n}", f"a/cur/k{n}:2,")
        client = place.start()
        status = client.ask(do="status")
        same(status["poison_total"], n)
        same([p["key"] for p in status["poison"]], [f"k{i}" for i in range(1, n + 1)])
    same([s["key"] for s in client.batch("a", *items)], [f"k{n}" for n in range(1, 6)])
    same(place.files(), [f"a/cur/k{n}:2," for n in (0, 6, 7)])
    client.batch("a", *[remove(f"k{n}") for n in range(1, 5)])
    same(client.ask(do="status")["poison_total"], 1)


@test
def more_poison_than_a_line_lists_is_counted(place):
    client = place.start()
    client.close()
    place.stop()
    with sqlite3.connect(f"{place.state}/index.db") as db:
        db.executemany("INSERT INTO poison VALUES(?,'a/cur/k','died',?,1)",
                       [(f"k{n}", n % 2) for n in range(500)])
    db.close()
    client = place.start()
    status = client.ask(do="status")
    same((len(status["poison"]), status["poison_total"]), (200, 250))


@test
def a_file_that_kills_is_skipped_the_next_time(place):
    client = place.start()
    place.write("a/cur/k1:2,", mail(1))
    place.write("a/cur/k2:2,", mail(2))
    client.close()
    place.stop()
    for proven in 0, signal.SIGSEGV:
        leave_poison(place, proven, "k1", "a/cur/k1:2,")
        client = place.start()
        skipped = client.batch("a", put("k1", "a/cur/k1:2,"), put("k2", "a/cur/k2:2,"))
        if proven:
            same([s["key"] for s in skipped], ["k1"])
            same([p["key"] for p in client.ask(do="status")["poison"]], ["k1"])
            same(place.files(), ["a/cur/k2:2,"])
        else:
            same(skipped, [])
        client.close()
        place.stop()


@test
def another_writer_only_delays_and_questions_go_on(place):
    client = place.start()
    place.write("a/cur/k1:2,", mail(1))
    client.batch("a", put("k1", "a/cur/k1:2,"))
    import fcntl
    with open(f"{place.root}/.notmuch/xapian/flintlock", "r+b") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB, 1)
        number = client.send(do="batch", account="a", idle=False, items=[change("k1", SEEN)])
        client.last += 1
        other = Client(place)
        same(other.ask(do="status")["messages"], 1)
        same(other.ask(do="changed", account="a", since=0)["changes"], [])
    answer = client.receive()
    same((answer["id"], answer["ok"]), (number, True))
    same(place.tags("m1@example.org"), [])


@test
def who_waits_for_another_writer_hears_of_it(place):
    client = place.start()
    place.write("a/cur/k1:2,", mail(1))
    client.batch("a", put("k1", "a/cur/k1:2,"))
    import fcntl
    with open(f"{place.root}/.notmuch/xapian/flintlock", "r+b") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB, 1)
        number = client.send(do="batch", account="a", idle=False, items=[change("k1", SEEN)])
        same(client.receive(skip=False), None)
        same(client.waits, [True])
    same(client.receive()["id"], number)
    same((client.waits[0], client.waits[-1]), (True, False))


@test
def idle_batches_wait_for_urgent_ones_and_bring_nothing_old_back(place):
    client = place.start()
    for n in range(1, 4):
        place.write(f"a/cur/k{n}:2,", mail(n))
    client.batch("a", *[put(f"k{n}", f"a/cur/k{n}:2,") for n in range(1, 4)])
    os.mkdir(f"{place.root}/a/new")
    os.rename(f"{place.root}/a/cur/k1:2,", f"{place.root}/a/new/k1")
    os.unlink(f"{place.root}/a/cur/k2:2,")
    import fcntl
    with open(f"{place.root}/.notmuch/xapian/flintlock", "r+b") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB, 1)
        batches = [(True, [put("k1", "a/new/k1")]), (True, [put("k2", "a/new/k2")]),
                   (False, [change("k1", SEEN, ["work"])]), (True, [change("k3", FLAGGED)]),
                   (False, [remove("k2")])]
        numbers = [client.send(do="batch", account="a", idle=idle, items=items) for idle, items in batches]
        Client(place).ask(do="status")  # the batches came before it and wait
    answers = [client.receive() for _ in numbers]
    same([a["id"] for a in answers], [numbers[i] for i in (2, 4, 0, 1, 3)])
    same([a["skipped"] for a in answers], [[]] * 5)
    same(place.files("m1@example.org"), ["a/new/k1"])
    same(place.tags("m1@example.org"), ["work"])
    same(place.files("m2@example.org"), [])
    same(place.tags("m3@example.org"), ["flagged", "unread"])


@test
def only_one_runs_and_nonsense_is_refused(place):
    client = place.start()
    second = subprocess.run([PROGRAM, "--mail-root", place.root, "--state", place.state],
                            env=place.environment, timeout=DEADLINE)
    same(second.returncode, 0)
    same(oct(os.stat(place.socket_path()).st_mode & 0o777), "0o600")
    for question in ({"do": "nonsense"}, {"do": "batch"}, {"do": "changed"}, {},
                     {"do": "batch", "account": "a", "items": [{}] * 501}):
        same(client.ask(**question)["code"], "usage")
    skipped = client.batch("a", {}, {"act": "put"}, {"act": "put", "key": "k"},
                           {"act": "fly", "key": "k"}, {"act": 7, "key": []}, {"act": "remove", "key": "k"})
    same(len(skipped), 5)
    stranger = socket.socket(socket.AF_UNIX)
    stranger.connect(place.socket_path())
    stranger.sendall(b"no json\n")
    same(stranger.recv(10), b"")
    same(client.ask(do="status")["ok"], True)


@test
def a_long_state_path_gets_a_short_socket(place):
    place.state = os.path.join(place.top, "s" * 120)
    os.mkdir(place.state)
    client = place.start()
    assert place.socket_path().startswith("/") and len(place.socket_path()) < 100
    same(client.ask(do="status")["ok"], True)
    directory = os.path.dirname(place.socket_path())
    place.stop()
    assert not os.path.exists(directory)


@test
def all_words_of_an_encoded_subject_are_found(place):
    client = place.start()
    text = mail(1, subject="=?utf-8?B?w7xiZXI=?= =?utf-8?B?IGVuZGU=?=\n =?utf-8?Q?_dritt?=")
    place.write("a/cur/k1:2,", text)
    place.write("a/cur/k2:2,", mail(2, subject="plain"))
    place.write("a/cur/k3:2,", "From: a@b\nMessage-ID: <m3@example.org>\n\nno subject\n")
    same(client.batch("a", *[put(f"k{n}", f"a/cur/k{n}:2,") for n in (1, 2, 3)]), [])
    for word in "über", "ende", "dritt", "plain":
        same((word, place.notmuch("count", f"subject:{word}").strip()), (word, "1"))


@test
def a_dump_of_all_tags_is_written_that_notmuch_restores(place):
    client = place.start()
    odd = 'odd"id(1)@example.org'
    place.write("a/cur/k1:2,", mail(1))
    place.write("a/cur/k2:2,", mail(2, message_id=odd))
    client.batch("a", put("k1", "a/cur/k1:2,", FLAGGED, ["work place", "ünder"]),
                 put("k2", "a/cur/k2:2,", SEEN))
    dump = f"{place.state}/tags.dump"
    end = time.monotonic() + DEADLINE
    while not os.path.exists(dump):
        assert time.monotonic() < end
        time.sleep(0.05)
    same(oct(os.stat(dump).st_mode & 0o777), "0o600")
    before = place.notmuch("dump", "--include=tags")
    with open(dump) as found:
        same(sorted(found.read().split("\n")[1:]), sorted(before.split("\n")[1:]))
    place.notmuch("tag", "-unread", "-flagged", "-work place", "--", "*")
    place.notmuch("restore", "--include=tags", f"--input={dump}")
    same(place.notmuch("dump", "--include=tags"), before)


def main():
    if not shutil.which("notmuch"):
        print("skipped: no notmuch command to compare with")
        return 77
    wanted = sys.argv[2:]
    failed = 0
    for function in TESTS:
        if wanted and function.__name__ not in wanted:
            continue
        place = Place()
        try:
            function(place)
            print("ok", function.__name__, flush=True)
        except Exception:  # every test is to run
            import traceback
            traceback.print_exc()
            print("FAILED", function.__name__, flush=True)
            try:
                print(open(f"{place.state}/curlew.log").read()[-3000:])
            except OSError:
                pass
            failed += 1
        finally:
            place.close()
    return 1 if failed else 0


sys.exit(main())
