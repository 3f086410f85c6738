#!/usr/bin/python3
"""Rounds of sync with servers that have habits of their own: what they leave out, repeat and make up."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import throwaway  # noqa: E402
from server.certificates import Certificates  # noqa: E402
from server.hostile_imap import argument, Box, HostileImap  # noqa: E402

PATIENCE = 120
AGENT_MB = 256
RELEASE = pathlib.Path(os.environ.get("CURLEW_RELEASE", throwaway.ROOT / "build"))


def mail(number, extra=""):
    return (f"From: a{number}@example.org\r\nTo: b@example.org\r\nSubject: mail {number}\r\n"
            f"Date: Mon, 01 Jan 2024 10:00:{number % 60:02} +0000\r\nMessage-ID: <m{number}@x>\r\n{extra}\r\n"
            f"text {number}\r\n").encode()


def mails(count):
    return [mail(1 + number) for number in range(count)]


def resident(pid):
    """The most megabytes a process held so far."""
    with contextlib.suppress(OSError):
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) >> 10
    return 0


class Rounds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = pathlib.Path(tempfile.mkdtemp(prefix="curlew-"))
        cls.addClassCleanup(shutil.rmtree, cls.place, ignore_errors=True)
        cls.certificates = Certificates(cls.place / "tls")

    def setUp(self):
        self.most = 0  # megabytes

    def serve(self, boxes, more=""):
        """(server, profile), both ended with the test."""
        server = HostileImap(self.certificates, boxes)
        server.__enter__()
        self.addCleanup(server.__exit__)
        profile = throwaway.Profile(tempfile.mkdtemp(dir=self.place))
        self.addCleanup(profile.kill)
        profile.write_config(profile.account("work", server.url, self.certificates.ca, more=more))
        return server, profile

    def sync(self, profile, code=0, sentence="^"):
        done = profile.run("sync", timeout=PATIENCE)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertRegex(done.stderr, sentence)
        return done

    def flags(self, profile):
        """uid → local flags, of INBOX."""
        with contextlib.closing(profile.database("work")) as database:
            return dict(database.execute("SELECT uid,loc FROM msg WHERE st IN (0,1)"))

    def use_release(self):
        """Memory is measured without sanitizers."""
        if not (RELEASE / "curlew-agent").exists():
            self.skipTest(f"no release build in {RELEASE} (./dev build)")
        self.addCleanup(setattr, throwaway, "BUILD", throwaway.BUILD)
        throwaway.BUILD = RELEASE

    def uids(self, profile, folder="INBOX"):
        """Of the messages that are listed."""
        with contextlib.closing(profile.database("work")) as database:
            return [row[0] for row in database.execute(
                "SELECT m.uid FROM msg m JOIN folder f ON f.id=m.folder"
                " WHERE f.name=? AND m.st IN (0,1) ORDER BY m.uid", (folder,))]

    # ---- a server that announces no UIDNEXT ----

    def test_without_uidnext_the_newest_message_may_be_deleted(self):
        box = Box(mails(20))
        box.announces_uidnext = False
        _, profile = self.serve({b"INBOX": box})
        self.sync(profile)
        del box.messages[20], box.messages[19]
        self.sync(profile)
        self.assertEqual(self.uids(profile), list(range(1, 19)))
        box.messages[21] = mail(21)
        self.sync(profile)
        self.assertEqual(self.uids(profile), [*range(1, 19), 21])
        box.messages = {}
        self.sync(profile)
        self.assertEqual(self.uids(profile), [])
        box.messages[22] = mail(22)
        self.sync(profile)
        self.assertEqual(self.uids(profile), [22])

    # ---- a server that says too much ----

    def pour(self, profile, session, data, times):
        """Sends DATA so often, and sees how much the agent holds."""
        for _ in range(times):
            session.send(data)
            self.most = max([self.most, *map(resident, profile.processes("agent"))])

    def test_a_flood_ends_the_session_whatever_the_folder_claims_to_hold(self):
        box = Box(mails(20))
        box.exists, box.uidnext = 4294967295, 4294967295
        server, profile = self.serve({b"INBOX": box})

        def flood(session, name, rest):
            if name == b"UID_FETCH":
                self.pour(profile, session, b"* 1 FETCH (UID 1 FLAGS ())\r\n" * 10000, 30)
        server.on_command = flood
        self.sync(profile, 1, "floods")

    def test_a_message_that_comes_again_and_again_is_kept_once(self):
        self.use_release()
        server, profile = self.serve({b"INBOX": Box(mails(20))})

        def again(session, number, uid, body):
            if uid == 2:
                session.send_header(number, 1, mail(1))
                long = mail(1, "X-Long: no\r\nSubject: " + "long " * 1600 + "\r\n")
                header = long.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
                line = b"* 1 FETCH (UID %%d FLAGS () BODY[HEADER.FIELDS (DATE)] {%d}\r\n%s)\r\n" % (len(header), header)
                self.pour(profile, session, line % 1 * 100, 300)
                self.pour(profile, session, b"".join(line % uid for uid in range(100, 200)), 200)
        server.on_header = again
        self.sync(profile)
        self.assertGreater(self.most, 0)
        self.assertLess(self.most, AGENT_MB)
        self.assertEqual(self.uids(profile), list(range(1, 21)))

    def test_a_flood_of_numbers_ends_the_session_in_little_memory(self):
        self.use_release()
        box = Box(mails(20))
        box.exists = 21
        server, profile = self.serve({b"INBOX": box})

        def flood(session, name, rest):
            if name == b"UID_SEARCH":
                self.pour(profile, session, b"* SEARCH" + b" 1" * 400000 + b"\r\n", 200)
        server.on_command = flood
        self.sync(profile, 1, "floods us with numbers")
        self.assertGreater(self.most, 0)
        self.assertLess(self.most, AGENT_MB)

    def test_a_number_that_comes_twice_is_no_message_more(self):
        box = Box(mails(20))
        server, profile = self.serve({b"INBOX": box})
        self.sync(profile)
        box.exists, server.commands = 21, []
        server.on_command = lambda session, name, rest: name == b"UID_SEARCH" and session.send(b"* SEARCH 3 1 2 3 1\r\n")
        self.sync(profile)
        self.assertTrue([rest for rest in server.commands if rest.startswith(b"UID SEARCH")])
        self.assertFalse([rest for rest in server.commands if b"HEADER" in rest])
        self.assertEqual(self.uids(profile), list(range(1, 21)))

    def test_what_a_vast_window_brought_before_a_cut_is_kept_and_its_flags_asked_for_again(self):
        box = Box([mail(1 + number, "Subject: " + "vast " * 13000 + "\r\n") for number in range(600)], first=1000001)
        server, profile = self.serve({b"INBOX": box}, "download = headers")

        def cut(session, number, uid, body):
            if uid == 1000500:
                session.cut_after(b"* 1", 2)
        server.on_header = cut
        self.sync(profile, 75, "cut")
        before = self.uids(profile)
        self.assertGreater(len(before), 200)
        self.assertLess(len(before), 500)
        server.forget()
        box.flags = {uid: b"\\Seen" for uid in box.messages}
        self.sync(profile)
        self.assertEqual(self.uids(profile), sorted(box.messages))
        self.assertEqual(len(set(self.flags(profile).values())), 1)
    # ---- logging in ----

    def test_an_access_token_is_not_sent_as_a_password(self):
        server, profile = self.serve({b"INBOX": Box(mails(1))}, "auth = xoauth2")
        done = json.loads(profile.run("sync", "--json", timeout=PATIENCE).stdout.splitlines()[-1])
        self.assertIn("xoauth2 is not built yet; nothing was sent", done["error"])
        self.assertEqual(done["code"], "usage")
        checks = json.loads(profile.run("doctor", "--json", timeout=PATIENCE).stdout)["checks"]
        [bad] = [one for one in checks if not one["ok"] and one["account"] == "work"]
        self.assertIn("xoauth2 is not built yet; nothing was sent", bad["text"])
        self.assertEqual((bad["step"], server.commands), ("login", []))
    # ---- roles ----

    def test_a_usual_name_yields_to_special_use_and_both_to_the_config(self):
        folders = {b"Junk": b"", b"Spamfolder": b"\\Junk", b"Sent": b"", b"Gesendet": b"\\Sent", b"Bin": b"\\Trash",
                   b"Trash": b"\\Archive", b"Kept": b"", b"Drafts": b"", b"Draft": b""}
        boxes = {name: Box() for name in (b"INBOX", *folders)}
        for name, special_use in folders.items():
            boxes[name].special_use = special_use
        _, profile = self.serve(boxes, "archive = Kept")
        self.sync(profile)
        listed = profile.json("folders", "--json")["folders"]
        self.assertEqual({one["name"]: one["role"] for one in listed if one["role"]}, {
            "INBOX": "inbox", "Spamfolder": "junk", "Gesendet": "sent", "Bin": "trash", "Kept": "archive",
            "Drafts": "drafts"})
    # ---- numbers that do not last ----

    def test_a_server_that_numbers_anew_at_each_look_is_asked_to_make_the_numbers_last(self):
        box = Box(mails(9))
        boxes = {b"INBOX": box, b"Other": Box([mail(20)])}
        server, profile = self.serve(boxes)
        unsettled = set(boxes)

        def number(session, name, rest):
            folder = argument(rest)
            if name == b"SELECT":
                unsettled.discard(folder)
            elif name in (b"STATUS", b"EXAMINE") and folder in unsettled:
                boxes[folder].uidvalidity += 1
        server.on_command = number
        self.sync(profile)
        self.assertEqual(self.uids(profile), list(range(1, 10)))
        unsettled.add(b"INBOX")
        box.messages[12] = mail(12)
        server.commands = []
        self.sync(profile)
        self.assertEqual(self.uids(profile), [*range(1, 10), 12])
        self.assertEqual(server.bodies_asked(), [b"UID FETCH 12 (UID BODY.PEEK[])"])
        server.commands = []
        self.sync(profile)
        self.assertFalse([rest for rest in server.commands if rest.startswith(b"SELECT")])

    # ---- a store that is held ----

    def test_without_its_mail_the_account_is_not_indexed_either(self):
        server, profile = self.serve({b"INBOX": Box(mails(20))})
        self.sync(profile)
        profile.signal(signal.SIGTERM)
        profile.wait_until_left()
        away = profile.home / "away"
        profile.data.rename(away)
        server.commands = []
        for _ in range(2):
            self.sync(profile, 1, "is its disk mounted")
            self.assertEqual(profile.processes("index"), [])
            self.assertFalse((profile.mail / ".notmuch").exists())
        rebuilt = profile.run("rebuild", "--index", timeout=PATIENCE)
        self.assertEqual(rebuilt.returncode, 1)
        self.assertIn("not mounted?", rebuilt.stderr)
        profile.kill()
        shutil.rmtree(profile.data)
        away.rename(profile.data)
        self.sync(profile)
        self.assertEqual(self.uids(profile), list(range(1, 21)))
        self.assertEqual(profile.json("count", "--json", "*")["messages"], 20)
        self.assertEqual(server.bodies_asked(), [])
    # ---- bodies ----

    def test_the_progress_of_bodies_ends_at_its_total(self):
        box = Box([mail(1 + number, "X-Long: %s\r\n" % ("x" * 2000 if number % 5 == 0 else "")) for number in range(20)])
        _, profile = self.serve({b"INBOX": box}, "max-size = 1K")
        done = profile.run("sync", "--json", timeout=PATIENCE)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        last = [one for one in events if one.get("phase") == "bodies"][-1]
        self.assertEqual((last["done"], last["total"]), (16, 16))
    # ---- lines that cannot be read ----

    def test_what_cannot_be_read_is_named_in_the_log_alone(self):
        server, profile = self.serve({b"INBOX": Box(mails(40))})
        server.on_command = lambda session, name, rest: name == b"LIST" and session.send(b"* LIST junk\r\n")
        server.on_header = lambda session, *_: session.send(b"* 1 FETCH (BODY[junk] secret)\r\n")
        done = self.sync(profile)
        self.assertEqual(self.uids(profile), list(range(1, 41)))
        log = [line for line in (profile.state / "curlew.log").read_text().splitlines() if "left out" in line]
        self.assertIn("work: localhost: left out: a LIST line that cannot be read", log[0])
        self.assertIn("a FETCH line that cannot be read", log[1])
        self.assertEqual(len(log), 20)
        self.assertIn("no more of these", log[-1])
        for text in ("left out", "secret"):
            self.assertNotIn(text, done.stdout + done.stderr)
        self.assertNotIn("secret", "".join(log))

if __name__ == "__main__":
    unittest.main()
