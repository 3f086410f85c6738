#!/usr/bin/python3
"""curlew-agent spoken to as its clients do: refusals, several clients, life and death, servers that misbehave."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from mail_look import mail  # noqa: E402
from server.certificates import Certificates  # noqa: E402
from server.hostile_imap import Box, HostileImap  # noqa: E402
from throwaway import BUILD, Profile  # noqa: E402

SECONDS = 60
GIGABYTE = 1 << 30
LOOKS = (b"EXAMINE", b"SELECT")
HALF = b"x" * 199_998 + b"\r\n"


def build_id():
    version = subprocess.run([BUILD / "curlew", "--version"], capture_output=True, text=True).stdout
    status = os.stat(BUILD / "curlew-agent")
    number = re.search(r"\d[\w.~+-]*", version)[0]
    return f"{number} {status.st_size} {status.st_mtime_ns // 10**9}.{status.st_mtime_ns % 10**9:09}"


class Client:
    """One client of an agent; lines are read as they are asked for."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(SECONDS)
        try:
            self.socket.connect(path)
        except OSError:
            self.socket.close()
            raise
        self.file = self.socket.makefile("rb")
        self.id = 0
        self.events = []

    def close(self):
        self.file.close()
        self.socket.close()

    def tell(self, verb, **more):
        self.id += 1
        self.socket.sendall(json.dumps({"id": self.id, "do": verb, **more}).encode() + b"\n")
        return self.id

    def line(self):
        """The next line; None at the end."""
        try:
            text = self.file.readline()
        except ConnectionResetError:
            return None
        return json.loads(text) if text else None

    def answer(self, number):
        while (line := self.line()) is not None:
            if line.get("id") == number:
                return line
            self.events.append(line)
        return None

    def ask(self, verb, **more):
        return self.answer(self.tell(verb, **more))

    def hello(self, **more):
        return self.ask("hello", **{"protocol": 1, "build": build_id(), "watch": False, **more})

    def event(self, name, **members):
        """The next event of this kind."""
        def fits(one):
            return one.get("event") == name and all(one.get(key) == value for key, value in members.items())
        while self.events:
            if fits(one := self.events.pop(0)):
                return one
        while (line := self.line()) is not None:
            if fits(line):
                return line
        raise AssertionError(f"the agent left before {name} {members}")


class Agent(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = pathlib.Path(tempfile.mkdtemp(prefix="curlew-"))
        cls.addClassCleanup(shutil.rmtree, cls.place, ignore_errors=True)
        cls.certificates = Certificates(cls.place / "tls")

    def setUp(self):
        self.profile = Profile(self.place / self._testMethodName[:40])
        self.addCleanup(shutil.rmtree, self.profile.home, ignore_errors=True)
        self.addCleanup(self.profile.kill)
        self.boxes = {b"INBOX": Box([mail(number) for number in range(1, 7)])}
        self.server = HostileImap(self.certificates, self.boxes)
        self.serving = contextlib.ExitStack()
        self.serving.enter_context(self.server)
        self.addCleanup(self.serving.close)
        self.write()

    def write(self, more="", password="pw", incoming=None):
        text = self.profile.account("work", incoming or self.server.url, self.certificates.ca, password, more)
        self.profile.write_config(text if password else text.replace('password = ""', ""))

    def start(self):
        agent = subprocess.Popen([BUILD / "curlew-agent", "--config", self.profile.config, "work"],
                                 env=self.profile.environment)
        self.addCleanup(agent.wait)
        self.addCleanup(agent.kill)
        return agent

    def socket_path(self):
        lock = self.profile.state / "work/lock"
        return lock.read_text().split("\n")[1] if lock.exists() and lock.read_text().count("\n") > 1 else ""

    def connect(self):
        deadline = time.monotonic() + SECONDS
        while True:
            with contextlib.suppress(OSError, IndexError):
                client = Client(self.socket_path())
                self.addCleanup(client.close)
                return client
            if time.monotonic() > deadline:
                raise AssertionError("no agent listens")
            time.sleep(0.02)

    def client(self, **more):
        client = self.connect()
        self.assertTrue(client.hello(**more)["ok"])
        return client

    def sync(self, code=0):
        done = self.profile.run("sync", "--json", timeout=SECONDS)
        self.assertEqual(done.returncode, code, f"{done.stdout}{done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def until(self, is_so):
        deadline = time.monotonic() + SECONDS
        while not is_so():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    def wait_for_agent_to_leave(self):
        self.until(lambda: not self.profile.processes("agent"))

    def bodies(self, folder="INBOX"):
        return sorted(int(re.search(rb"body of number (\d+)", path.read_bytes())[1])
                      for sub in ("cur", "new") for path in (self.profile.mail / "work" / folder / sub).glob("*")
                      if ",P" not in path.name)  # no stubs

    # ---- the protocol ----

    def test_what_makes_no_sense_is_refused_with_a_sentence(self):
        self.start()
        stranger = self.connect()
        for verb in ("status", "sync", "fetch", "cancel"):
            self.assertEqual(stranger.ask(verb)["code"], "usage")
        client = self.client()
        for verb, more in (("frobnicate", {}), ("move", {}), ("fetch", {}), ("secret", {}), ("rebuild", {"what": "mail"})):
            with self.subTest(verb=verb):
                answer = client.ask(verb, **more)
                self.assertEqual((answer["ok"], answer["code"]), (False, "usage"))
                self.assertTrue(answer["error"])
        self.assertEqual(client.ask("fetch", key="nobody")["code"], "gone")
        self.assertEqual(client.ask("status")["state"], "starting")

    def test_nonsense_costs_its_client_alone(self):
        self.start()
        client = self.client()
        for nonsense in (b"hello\n", b"[1]\n", b'{"do":"' + b"x" * (2 << 20) + b'"}\n', b'{"id":' + b"[" * 5000 + b"\n", b"\0\n"):
            other = self.connect()
            with contextlib.suppress(OSError):
                other.socket.sendall(nonsense)
            self.assertIsNone(other.line())
        self.assertTrue(client.ask("status")["ok"])

    def test_a_client_that_does_not_read_is_dropped(self):
        self.start()
        client, other = self.client(), self.client()
        question = json.dumps({"id": 1, "do": "frobnicate"}).encode() + b"\n"
        with contextlib.suppress(OSError):
            other.socket.settimeout(20)
            for _ in range(400):
                other.socket.sendall(question * 1000)
            self.fail("400,000 answers were kept for a client that reads none")
        self.assertTrue(client.ask("status")["ok"])

    def test_an_agent_of_another_build_or_protocol_leaves(self):
        for wrong in ({"build": "another"}, {"protocol": 99}):
            agent = self.start()
            answer = self.connect().hello(**wrong)
            self.assertEqual((answer["ok"], answer["code"]), (False, "usage"))
            self.assertEqual(agent.wait(SECONDS), 0)
        self.assertTrue(self.sync()[-1]["ok"])

    def test_a_second_agent_leaves_the_first_alone(self):
        self.start()
        client = self.client()
        self.assertEqual(self.start().wait(SECONDS), 0)
        self.assertTrue(client.ask("status")["ok"])
        agent = client.hello()["pid"]
        self.assertEqual(self.profile.processes("agent"), [agent])

    def test_a_killed_agent_leaves_nothing_that_stops_the_next(self):
        agent = self.start()
        self.client()
        agent.kill()
        agent.wait()
        self.assertTrue(os.path.exists(self.socket_path()))
        self.assertEqual(self.sync()[-1]["new"], 6)

    def test_a_state_directory_too_deep_for_a_socket_will_do(self):
        deep = self.profile.home / ("d" * 100)
        self.profile.environment |= {"XDG_STATE_HOME": str(deep), "TMPDIR": str(self.profile.home)}
        self.profile.state = deep / "curlew"
        self.assertEqual(self.sync()[-1]["new"], 6)
        path = pathlib.Path(self.socket_path())
        self.assertLess(len(str(path)), 108)
        self.wait_for_agent_to_leave()
        self.assertFalse(path.parent.exists())

    # ---- deeds ----

    def rows(self):
        """message → (folder, flags wanted, tags) as the store has it."""
        return {int(mid[1:mid.index("@")]): rest for mid, *rest in self.profile.database("work").execute(
            "SELECT mid,f.name,loc,lkw FROM msg m JOIN folder f ON f.id=m.folder WHERE st IN (0,1)")}

    def keys(self, *numbers):
        found = dict(self.profile.database("work").execute("SELECT mid,key FROM msg"))
        return [found[f"m{number}@example.org"] for number in numbers]

    def pulled(self):
        """A client of an agent whose server went after all was pulled."""
        self.boxes[b"Archive"] = Box([])
        self.sync()
        self.wait_for_agent_to_leave()
        self.serving.close()
        self.agent = self.start()
        return self.client()

    def test_deeds_that_make_no_sense_are_refused_and_do_nothing(self):
        client = self.pulled()
        before, keys = self.rows(), self.keys(1)
        wrong = [("flag", {}), ("flag", {"deed": "1"}), ("flag", {"deed": "1", "keys": []}),
                 ("flag", {"deed": "1", "keys": keys * 1001}), ("flag", {"deed": "a b", "keys": keys}),
                 ("flag", {"deed": "x" * 65, "keys": keys}), ("flag", {"deed": "1", "keys": keys, "set": ["read"]}),
                 ("tag", {"deed": "1", "keys": keys, "add": ["two words"]}),
                 ("tag", {"deed": "1", "keys": keys, "add": ["unread"]}),
                 ("tag", {"deed": "1", "keys": keys, "remove": ["attachment"]}),
                 ("move", {"keys": keys, "role": "trash"}), ("move", {"deed": "1", "keys": keys}), ("move", {"deed": "1", "keys": keys, "folder": "Nowhere"}),
                 ("move", {"deed": "1", "keys": keys, "role": "junk"}), ("delete", {"deed": "1", "keys": keys})]
        for verb, more in wrong:
            with self.subTest(verb, **more):
                answer = client.ask(verb, **more)
                self.assertEqual((answer["ok"], answer["code"]), (False, "usage"))
                self.assertTrue(answer["error"])
        self.assertEqual(client.ask("undo")["code"], "gone")
        self.assertEqual(client.ask("flag", deed="1", keys=["nobody"], set=["seen"])["gone"], 1)
        self.assertEqual(self.rows(), before)

    def test_a_deed_is_told_to_all_clients_and_settles(self):
        client, other = self.pulled(), self.client()
        done = client.ask("tag", deed="1", keys=self.keys(1, 2), add=["blue"], set=["seen"])
        self.assertEqual((done["deed"], done["done"], done["gone"], done["kept"]), ("1", 2, 0, 0))
        self.assertEqual(other.event("changed")["folders"], ["INBOX"])
        self.assertTrue(client.ask("move", deed="2", keys=self.keys(1), folder="Archive")["ok"])
        self.assertTrue(client.ask("settle")["ok"])
        self.assertEqual(client.ask("status")["index_queue"], 0)
        self.assertEqual(self.bodies("Archive"), [1])
        self.assertEqual(self.profile.json("count", "--json", "tag:blue and not tag:unread")["messages"], 2)
        self.assertEqual(self.profile.json("count", "--json", "folder:work/Archive")["messages"], 1)

    def test_two_clients_share_what_is_undone_next(self):
        client, other = self.pulled(), self.client()
        before = self.rows()
        self.assertTrue(client.ask("flag", deed="1", keys=self.keys(1), set=["flagged"])["ok"])
        self.assertTrue(other.ask("flag", deed="2", keys=self.keys(2), set=["flagged"])["ok"])
        self.assertEqual(client.ask("deeds")["newest"], "2")
        status = client.ask("status")
        self.assertEqual((status["pending"], status["refused"]), (2, 0))
        self.assertEqual(client.ask("undo")["deed"], "2")
        self.assertEqual(client.ask("undo")["deed"], "1")
        self.assertEqual(self.rows(), before)
        deeds = other.ask("deeds")
        self.assertEqual((deeds["newest"], deeds["undone"]), (None, "1"))
        self.assertEqual(other.ask("undo", redo=True)["deed"], "1")

    def test_a_deed_without_a_name_is_passed_over(self):
        client = self.pulled()
        self.assertTrue(client.ask("flag", deed="1", keys=self.keys(1), set=["flagged"])["ok"])
        before = self.rows()
        self.assertEqual(client.ask("flag", keys=self.keys(2), set=["seen"])["done"], 1)
        self.assertNotEqual(self.rows(), before)
        self.assertEqual(client.ask("deeds")["newest"], "1")
        self.assertEqual(client.ask("undo")["deed"], "1")
        self.assertEqual(client.ask("undo")["code"], "gone")

    def test_what_was_answered_outlives_the_agent(self):
        client = self.pulled()
        for number in range(1, 7):
            self.assertTrue(client.ask("tag", deed=f"{number}", keys=self.keys(number), add=["blue"])["ok"])
        self.agent.kill()
        self.agent.wait()
        self.assertEqual([tags for _, _, tags in self.rows().values()], ["blue"] * 6)
        self.start()
        self.assertEqual(self.client().ask("deeds")["newest"], "6")

    def test_a_held_account_refuses_deeds(self):
        self.sync()
        self.wait_for_agent_to_leave()
        keys = self.keys(1)
        self.profile.data.rename(self.profile.home / "away")
        before = self.rows()
        self.start()
        client = self.client()
        for verb, more in (("flag", {"deed": "1", "keys": keys, "set": ["seen"]}), ("undo", {}), ("drop", {}), ("retry", {})):
            with self.subTest(verb):
                answer = client.ask(verb, **more)
                self.assertEqual((answer["ok"], answer["code"]), (False, "failed"))
                self.assertIn("is its disk mounted", answer["error"])
        self.assertTrue(client.ask("settle")["ok"])
        self.assertEqual(self.rows(), before)

    # ---- several clients ----

    def hold_at(self, command):
        """The server waits at this command until the event is set; the other tells that it came to it."""
        reached, go_on = threading.Event(), threading.Event()
        self.addCleanup(go_on.set)

        def hook(session, name, rest):
            if name == command:
                reached.set()
                go_on.wait(SECONDS)
        self.server.on_command = hook
        return reached, go_on

    def test_who_cancels_leaves_the_round_to_the_others(self):
        reached, go_on = self.hold_at(b"LIST")
        self.start()
        first, second = self.client(), self.client()
        asked = first.tell("sync"), second.tell("sync")
        self.assertTrue(first.answer(asked[0])["ok"])
        self.assertTrue(reached.wait(SECONDS))
        self.assertTrue(second.ask("cancel")["ok"])
        go_on.set()
        self.assertTrue(first.event("done")["ok"])
        self.assertEqual(self.bodies(), [1, 2, 3, 4, 5, 6])
        self.assertTrue([one for one in second.events if one.get("code") == "cancelled"
                         or one.get("id") == asked[1]])

    def test_a_round_asked_for_meanwhile_begins_after_this_one(self):
        reached, go_on = self.hold_at(b"LIST")
        self.start()
        first, second = self.client(), self.client()
        self.assertTrue(first.ask("sync")["ok"])
        self.assertTrue(reached.wait(SECONDS))
        asked = second.tell("sync")
        self.assertTrue(second.ask("status")["ok"])
        self.assertFalse([one for one in second.events if one.get("id") == asked])
        first.ask("cancel")
        go_on.set()
        self.assertEqual(first.event("done")["code"], "cancelled")
        answered = [one for one in second.events if one.get("id") == asked]
        self.assertTrue(answered[0]["ok"] if answered else second.answer(asked)["ok"])
        self.assertTrue(second.event("done", ok=True))

    def test_a_cancelled_round_ends_though_the_server_is_mute(self):
        self.start()
        client = self.client()
        client.ask("sync")
        self.assertTrue(client.event("done")["ok"])
        reached, _ = self.hold_at(b"LIST")  # in the session that is there already
        client.ask("sync")
        self.assertTrue(reached.wait(SECONDS))
        client.ask("cancel")
        self.assertEqual(client.event("done")["code"], "cancelled")

    def test_a_cancel_of_nothing_spoils_nothing(self):
        self.start()
        client = self.client()
        for _ in range(2):
            client.ask("sync")
            self.assertTrue(client.event("done")["ok"])
            self.assertTrue(client.ask("cancel")["ok"])

    def test_who_comes_later_hears_of_the_password_that_is_needed(self):
        self.write(password="")
        self.start()
        first = self.client()
        first.ask("sync")
        first.event("need", what="password")
        second = self.client()
        second.event("need", what="password")
        self.assertTrue(second.ask("secret", what="password", value="pw")["ok"])
        self.assertTrue(first.event("done")["ok"])

    # ---- watching ----

    def test_a_watching_client_need_not_ask(self):
        self.start()
        client = self.client(watch=True)
        client.event("state", state="idle")
        self.assertEqual(self.bodies(), [1, 2, 3, 4, 5, 6])

    def test_a_lost_server_is_noticed_between_two_polls(self):
        ends = []
        self.server.on_command = lambda session, name, rest: ends.append(session.stream) if name == b"LIST" else None
        self.write("poll = 1h")
        self.start()
        client = self.client(watch=True)
        client.event("state", state="idle")
        ends[0].shutdown(socket.SHUT_RDWR)
        self.assertIn("next_try", client.event("state", state="offline"))

    def test_a_server_that_talks_between_two_polls_is_listened_to_in_peace(self):
        ends = []

        def talk(session, name, rest):
            if name == b"UID_FETCH":
                ends.append(session)
            elif name == b"NOOP":  # more, before this is answered
                session.send(b"* OK still here\r\n")
                session.ok()
                session.send(b"* OK still here\r\n")
                return True
        self.server.on_command = talk
        self.write("poll = 1h")
        self.start()
        client = self.client(watch=True)
        client.event("state", state="idle")
        ends[0].send(b"* OK still here\r\n")
        self.until(lambda: self.server.commands.count(b"NOOP") >= 3)
        self.assertLess(self.server.commands.count(b"NOOP"), 5)
        client.ask("sync")
        self.assertTrue(client.event("done")["ok"])

    def test_a_session_that_ended_meanwhile_costs_nothing(self):
        ends = []
        self.server.on_command = lambda session, name, rest: ends.append(session.stream) if name == b"LIST" else None
        self.start()
        client = self.client()
        client.ask("sync")
        self.assertTrue(client.event("done")["ok"])
        ends[0].shutdown(socket.SHUT_RDWR)
        client.ask("sync")
        self.assertTrue(client.event("done")["ok"])

    def test_a_wrong_password_is_tried_once_until_asked(self):
        def refuse(session, name, rest):
            if name == b"AUTHENTICATE":
                session.no(b"[AUTHENTICATIONFAILED] no")
                return True
        self.server.on_command = refuse
        self.write("poll = 1s")
        self.start()
        client = self.client(watch=True)
        client.ask("sync")
        self.assertEqual(client.event("done")["code"], "auth")

        def tries():
            return sum(rest.startswith(b"AUTHENTICATE") for rest in self.server.commands)
        self.assertEqual(tries(), 1)
        time.sleep(2.5)  # two polls
        self.assertEqual(tries(), 1)
        client.ask("sync")
        self.assertEqual(client.event("done")["code"], "auth")
        self.assertEqual(tries(), 2)

    def test_an_agent_that_dies_three_times_stays_away(self):
        watching = self.profile.start("sync", "--watch", "--json")
        end = threading.Timer(SECONDS, watching.kill)
        end.start()
        self.addCleanup(end.cancel)
        deaths = 0
        for line in watching.stdout:
            event = json.loads(line)
            if event.get("state") == "idle":
                self.profile.signal(signal.SIGKILL, "agent")
                deaths += 1
            if "three times" in (event.get("why") or ""):
                break
        watching.kill()
        watching.wait()
        watching.stdout.close()
        watching.stderr.close()
        self.assertEqual(deaths, 3)
        self.assertEqual(self.profile.processes("agent"), [])

    # ---- servers that misbehave ----

    def test_a_message_over_the_limit_is_set_aside(self):
        def too_large(session, number, uid, body):
            if uid == 4:
                session.send(b"* %d FETCH (UID %d BODY[] {%d}\r\n" % (number, uid, GIGABYTE + 1))
                session.mute()
        self.server.on_body = too_large
        events = self.sync()
        self.assertEqual(self.bodies(), [1, 2, 3, 5, 6])
        self.assertIn("1 GB", " ".join(one["error"] for one in events if one["event"] == "error"))
        self.server.commands = []
        self.sync()
        self.assertEqual(self.server.bodies_asked(), [])

    def test_folders_that_refuse_stop_no_other(self):
        for number in range(12):
            self.boxes[b"A%d" % number] = Box()
        self.boxes[b"Zoo"] = Box([mail(7)])

        def refuse(session, name, rest):
            if name in LOOKS and b"A" in rest.split(b" ")[1]:
                session.no(b"[NOPERM] not yours")
                return True
        self.server.on_command = refuse
        events = self.sync(1)
        self.assertEqual((self.bodies(), self.bodies("Zoo")), ([1, 2, 3, 4, 5, 6], [7]))
        self.assertEqual(sum(one["event"] == "error" for one in events), 12)
        self.assertRegex(events[-1]["error"], "^A.*not yours")
        self.assertEqual(sum(rest.startswith(b"AUTHENTICATE") for rest in self.server.commands), 1)

    def test_a_folder_in_trouble_keeps_nobody_from_polling(self):
        self.boxes[b"Away"] = Box()

        def refuse(session, name, rest):
            if name in LOOKS and b"Away" in rest:
                session.no(b"[NOPERM] not yours")
                return True
        self.server.on_command = refuse
        self.write("poll = 1s")
        self.start()
        client = self.client(watch=True)
        for _ in range(2):
            client.event("state", state="idle")
            client.event("error", folder="Away")
        self.boxes[b"INBOX"].messages[7] = mail(7)
        while 7 not in self.bodies():
            client.event("state", state="idle")

    def test_a_bye_that_is_no_text_is_told_as_text(self):
        def bye(session, name, rest):
            if name == b"LIST":
                session.send(b"* BYE \xff\xfe" + b"x" * 5000 + b"\x1b[31m\r\n")
                return True
        self.server.on_command = bye
        done = self.sync(75)[-1]
        self.assertEqual(done["code"], "offline")
        self.assertLess(len(done["error"]), 500)

    def test_no_body_is_taken_for_a_uid_of_other_numbers(self):
        self.write("download = headers")
        self.sync()
        self.wait_for_agent_to_leave()
        self.boxes[b"INBOX"].uidvalidity = 2
        self.boxes[b"INBOX"].messages = {uid: mail(uid + 50) for uid in range(1, 7)}
        self.start()
        client = self.client()
        key = self.profile.database("work").execute("SELECT key FROM msg WHERE uid=3").fetchone()[0]
        answer = client.ask("fetch", key=key)
        self.assertFalse(answer["ok"])
        self.assertIn("renumbered", answer["error"])
        self.assertEqual(self.bodies(), [])
        # it is other mail: what was here leaves, what is there comes
        client.ask("sync")
        self.assertTrue(client.event("done")["ok"])
        mids = self.profile.database("work").execute("SELECT mid FROM msg WHERE st<2 ORDER BY uid").fetchall()
        self.assertEqual(mids, [(f"m{uid + 50}@example.org",) for uid in range(1, 7)])

    def test_a_body_that_is_refused_is_refused_in_the_servers_words(self):
        self.write("download = headers")
        self.sync()
        self.server.on_command = lambda session, name, rest: b"BODY.PEEK[]" in rest and (session.no(b"too odd") or True)
        self.start()
        key = self.profile.database("work").execute("SELECT key FROM msg WHERE uid=3").fetchone()[0]
        answer = self.client().ask("fetch", key=key)
        self.assertEqual((answer["ok"], answer["code"]), (False, "refused"))
        self.assertIn("the server says: too odd", answer["error"])

    def hold_a_body(self):
        """Uid 3 is large and comes by halves: its key; the event that lets the second half go."""
        self.write("download = headers")
        self.sync()
        self.wait_for_agent_to_leave()
        go_on = threading.Event()
        self.addCleanup(go_on.set)

        def by_halves(session, number, uid, body):
            if uid == 3:
                session.send(b"* %d FETCH (UID 3 BODY[] {%d}\r\n" % (number, 2 * len(HALF)) + HALF)
                go_on.wait(SECONDS)
                session.send(HALF + b")\r\n")
                return True
        self.server.on_body = by_halves
        return self.profile.database("work").execute("SELECT key FROM msg WHERE uid=3").fetchone()[0], go_on

    def test_it_tells_how_far_a_wanted_body_is(self):
        key, go_on = self.hold_a_body()
        self.start()
        client = self.client()
        number = client.tell("fetch", key=key)
        first = client.event("progress", phase="body")
        self.assertEqual((first["key"], first["done"], first["total"]), (key, 0, 2 * len(HALF)))
        go_on.set()
        self.assertEqual(client.event("progress", phase="body", done=2 * len(HALF))["key"], key)
        self.assertTrue(client.answer(number)["ok"])

    def test_a_wanted_body_that_is_given_up_is_cut_and_can_be_wanted_again(self):
        key, go_on = self.hold_a_body()
        self.start()
        client, other = self.client(), self.client()
        number = client.tell("fetch", key=key)
        client.event("progress", key=key)
        other.ask("cancel", key=key)  # not its own
        again = client.tell("fetch", key=key)
        self.assertTrue(client.ask("cancel", key=key)["ok"])
        self.assertEqual([client.answer(one)["code"] for one in (number, again)], ["cancelled"] * 2)
        go_on.set()
        self.assertTrue(client.ask("fetch", key=key)["ok"])

    def test_a_body_that_is_given_up_does_not_end_the_round_around_it(self):
        key, go_on = self.hold_a_body()
        many = {uid: mail(uid) for uid in range(7, 1500)}
        self.boxes[b"INBOX"].messages.update(many)
        wanted, asked = threading.Event(), threading.Event()

        def pause(session, name, rest):
            if b"HEADER.FIELDS" in rest and not asked.is_set():
                asked.set()
                wanted.wait(SECONDS)
        self.server.on_command = pause
        self.start()
        client = self.client()
        client.ask("sync")
        asked.wait(SECONDS)
        number = client.tell("fetch", key=key)
        client.ask("status")  # so that the fetch was taken
        wanted.set()
        client.event("progress", key=key)
        client.ask("cancel", key=key)
        self.assertEqual(client.answer(number)["code"], "cancelled")
        go_on.set()
        done = client.event("done")
        self.assertTrue(done["ok"], done)
        self.assertEqual(self.profile.database("work").execute("SELECT count(*) FROM msg").fetchone()[0], 6 + len(many))

    def test_what_is_here_is_told_without_a_server(self):
        self.sync()
        self.wait_for_agent_to_leave()
        key = self.profile.database("work").execute("SELECT key FROM msg WHERE uid=3").fetchone()[0]
        self.server.commands = []
        self.start()
        answer = self.client().ask("fetch", key=key)
        self.assertIn(b"body of number 3", (self.profile.mail / answer["file"]).read_bytes())
        self.assertEqual(self.server.commands, [])

    def test_a_local_accounts_first_sync_names_what_is_new(self):
        for number in range(1, 4):
            folder = self.profile.mail / "work/INBOX/cur"
            for sub in ("cur", "new", "tmp"):
                (folder.parent / sub).mkdir(parents=True, exist_ok=True)
            (folder / f"{1762092120 + number}.M{number}.host:2,S").write_bytes(mail(number).replace(b"\r\n", b"\n"))
        self.profile.write_config('account work {\n incoming = "local:"\n email = "ada@example.org"\n}\n')
        done = self.sync()[-1]
        self.assertEqual((done["new"], done["changed"]), (3, 0))
        self.assertEqual(self.sync()[-1]["new"], 0)

    def test_a_trace_begins_with_a_connection_and_holds_no_password(self):
        self.write(password="tr0ub4dor")
        self.start()
        client = self.client()
        client.ask("sync")
        client.event("done")
        trace = self.profile.home / "trace"
        other = self.client(trace=str(trace))
        other.ask("sync")
        self.assertTrue(other.event("done")["ok"])
        text = trace.read_text()
        self.assertIn("connected to localhost", text)
        self.assertNotIn("tr0ub4dor", text)
        self.assertNotIn("AGFkYQB0cjB1YjRkb3I", text)  # \0ada\0tr0ub4dor
        self.assertEqual(trace.stat().st_mode & 0o777, 0o600)


if __name__ == "__main__":
    unittest.main()
