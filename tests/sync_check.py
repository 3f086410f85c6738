#!/usr/bin/python3
"""curlew sync against a real Dovecot: all is here, unchanged, once; whatever dies on the way."""

import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from server.dovecot import Dovecot  # noqa: E402
from throwaway import FULL, SHARED, Profile, server_messages  # noqa: E402

MESSAGES = 20000 if FULL else 2000
FOLDERS = 20
KILLS = 50 if FULL else 10
QUERIES = ["*", "tag:unread", "tag:flagged and not tag:unread", "from:smith", "subject:meeting", "folder:work/INBOX",
           "path:work/** and date:2024..", "date:2019..2020 and tag:attachment", "meeting or budget", "nothing-at-all"]


def generate(user, messages=MESSAGES, folders=FOLDERS, profile="full"):
    generator = SHARED / "tools/gen_corpus.py"
    if not generator.exists():
        raise unittest.SkipTest(f"the corpus generator is not at {generator}")
    subprocess.run(["/usr/bin/python3", generator, user, "-n", str(messages), "--folders", str(folders),
                    "--layout", "maildir++", "--seed", "7", "--profile", profile], check=True, stdout=subprocess.DEVNULL)
    # a server keeps no such flag: Dovecot would drop it
    for path in user.rglob("*:2,*P*"):
        path.rename(path.with_name(path.name.replace("P", "")))


class LargeFolder(unittest.TestCase):
    """Many windows on the way at a time: the server may answer all their lines before the first is done."""

    def test_a_large_folder_is_listed_in_one_pass(self):
        with tempfile.TemporaryDirectory(prefix="curlew-") as directory:
            place = pathlib.Path(directory)
            place.chmod(0o755)
            generate(place / "ada", 3000, 1, "light")
            with Dovecot(place, {"ada": place / "ada"}) as server, Profile(place / "profile") as profile:
                profile.write_config(profile.account("work", f"imaps://ada@localhost:{server.imaps}", server.ca,
                                                     more="    download = headers"))
                trace = profile.home / "trace"
                done = profile.run("sync", "--json", "--trace", str(trace))
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(json.loads(done.stdout.splitlines()[-1])["new"], 3000)
                sent = [line for line in trace.read_text(errors="replace").splitlines() if " C: " in line]
                self.assertFalse([line for line in sent if "SEARCH" in line])  # nothing had to be looked for
                self.assertEqual(len([line for line in sent if "HEADER.FIELDS" in line]), 4)


class Sync(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = pathlib.Path(tempfile.mkdtemp(prefix="curlew-"))
        cls.place.chmod(0o755)
        cls.addClassCleanup(shutil.rmtree, cls.place, ignore_errors=True)
        cls.user = cls.place / "ada"
        generate(cls.user)
        cls.server = Dovecot(cls.place, {"ada": cls.user}).start()
        cls.addClassCleanup(cls.server.kill)
        cls.expected = {name: all_of for name, all_of in server_messages(cls.user).items()}

    def profile(self, name, incoming=None, **more):
        profile = Profile(self.place / name)
        self.addCleanup(shutil.rmtree, profile.home, ignore_errors=True)
        self.addCleanup(profile.kill)
        incoming = incoming or f"imaps://ada@localhost:{self.server.imaps}"
        profile.write_config(profile.account("work", incoming, self.server.ca, **more))
        return profile

    def assert_all_here(self, profile):
        here = {name: all_of for name, all_of in profile.messages("work").items() if all_of}
        self.assertEqual(sorted(here), sorted(self.expected))
        for folder, messages in self.expected.items():
            self.assertEqual(here[folder], messages, folder)
        self.assertEqual(profile.left_in_tmp(), [])

    def assert_indexed(self, profile):
        ids = profile.json("count", "--json", "*")["messages"]
        known = profile.database("work").execute(
            "SELECT count(DISTINCT mid) FROM msg WHERE unsearchable IS NULL").fetchone()[0]
        self.assertEqual(ids, known)

    def assert_agrees_with_notmuch(self, profile):
        """search, count and show against the notmuch program on the same tree."""
        if not shutil.which("notmuch"):
            self.skipTest("the notmuch program is not installed")
        config = profile.home / "notmuch-config"
        config.write_text(f"[database]\npath={profile.mail}\n[search]\nexclude_tags=\n")
        environment = dict(profile.environment, NOTMUCH_CONFIG=str(config))

        def notmuch(*words):
            done = subprocess.run(["notmuch", *words], env=environment, check=True, capture_output=True, text=True)
            return json.loads(done.stdout)
        undated = {mid for mid, in profile.database("work").execute("SELECT mid FROM msg WHERE NOT dated")}
        for query in QUERIES:
            with self.subTest(query=query):
                theirs = notmuch("search", "--format=json", "--output=messages", query)
                ours = profile.json("search", "--json", query)
                self.assertEqual(sorted(one["id"] for one in ours["messages"]), sorted(theirs))
                # what has no usable date is shown by its arrival, of which notmuch does not know
                dates = [one["date"] for one in ours["messages"]
                         if one["id"] not in undated and not one["id"].startswith("key:")]
                self.assertEqual(dates, sorted(dates, reverse=True))
                counts = profile.json("count", "--json", query)
                threads = notmuch("search", "--format=json", "--output=threads", query)
                # notmuch knows "*" only as a whole query
                new = "tag:unread" if query == "*" else f"({query}) and tag:unread"
                unread = notmuch("search", "--format=json", "--output=messages", new)
                self.assertEqual((counts["messages"], counts["threads"], counts["unread"]),
                                 (len(theirs), len(threads), len(unread)))
        for one in profile.json("search", "--json", "--limit", "20", "*")["messages"]:
            with self.subTest(id=one["id"]):
                shown = profile.json("show", "--json", one["id"])
                # --part=0 is the message as one object; notmuch lists its headers as decoded text
                theirs = notmuch("show", "--format=json", "--part=0", f"id:{one['id']}")
                self.assertEqual(" ".join((shown["subject"] or "").split()),
                                 " ".join(theirs["headers"]["Subject"].split()))
                self.assertEqual(sorted(shown["tags"]), sorted(theirs["tags"]))
                self.assertIn(shown["copies"][0]["file"], theirs["filename"])

    def done_event(self, run):
        events = [json.loads(line) for line in run.stdout.splitlines()]
        self.assertTrue(events, run.stderr)
        self.assertEqual(events[-1]["event"], "done")
        return events[-1]

    def test_all_is_here_and_a_second_sync_transfers_nothing(self):
        profile = self.profile("plain")
        trace = profile.home / "trace"
        first = profile.run("sync", "--json")
        self.assertEqual(first.returncode, 0, first.stderr)
        self.assertEqual(self.done_event(first)["new"], MESSAGES)
        self.assert_all_here(profile)
        self.assert_indexed(profile)
        self.assert_agrees_with_notmuch(profile)
        profile.wait_until_left()
        second = profile.run("sync", "--json", "--trace", str(trace))
        self.assertEqual(second.returncode, 0, second.stderr)
        self.assertEqual(self.done_event(second)["new"], 0)
        commands = trace.read_text(errors="replace")
        self.assertIn("LIST", commands)
        self.assertNotIn("BODY.PEEK", commands)
        self.assert_all_here(profile)

    def test_starttls_brings_the_same(self):
        profile = self.profile("starttls", f"imap://ada@localhost:{self.server.imap}")
        done = profile.run("sync")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_all_here(profile)

    def test_kill_9_at_many_moments_ends_in_the_same_state(self):
        profile = self.profile("kills")
        chance = random.Random(11)
        phases = ["headers", "bodies", "index", "end"]
        for turn in range(KILLS):
            self.kill_in(profile, phases[turn % len(phases)], chance, everything=turn % 3 == 0)
        last = profile.run("sync", "--json")
        self.assertEqual(last.returncode, 0, last.stderr)
        self.assert_all_here(profile)
        self.assert_indexed(profile)
        database = profile.database("work")
        rows, keys = database.execute("SELECT count(*), count(DISTINCT key) FROM msg").fetchone()
        self.assertEqual((rows, keys), (MESSAGES, MESSAGES))
        self.assertEqual(database.execute("SELECT count(*) FROM msg WHERE st<>0").fetchone()[0], 0)

    def kill_in(self, profile, phase, chance, everything):
        """Starts a sync and kills its processes somewhere in a phase (or before, if it never comes)."""
        sync = profile.start("sync", "--json")
        seen = 0
        for line in sync.stdout:
            event = json.loads(line)
            if event.get("phase") == phase or event.get("event") == "done":
                seen += 1
                if seen > chance.randrange(3):
                    break
        time.sleep(chance.random() * 0.15)
        if everything:
            sync.kill()
            profile.kill()
        else:
            profile.signal(signal.SIGKILL, "agent")
            sync.kill()
        sync.stdout.close()
        sync.stderr.close()
        sync.wait()

    def test_a_dead_agent_is_started_again_by_sync(self):
        profile = self.profile("segv")
        sync = profile.start("sync", "--json")
        killed = False
        rest = []
        for line in sync.stdout:
            event = json.loads(line)
            rest.append(event)
            if not killed and event.get("phase") == "bodies":
                profile.signal(signal.SIGSEGV, "agent")
                killed = True
        self.assertEqual(sync.wait(), 0, sync.stderr.read())
        sync.stdout.close()
        sync.stderr.close()
        self.assertTrue(killed)
        self.assertTrue(rest[-1]["ok"])
        self.assert_all_here(profile)

    def test_a_wrong_password_is_the_servers_words_once(self):
        profile = self.profile("wrong", password="nonsense")
        done = profile.run("sync")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"(?i)authentication ?failed")
        logins = len(re.findall(r"auth failed, (\d+) attempts", self.server.log))
        self.assertLessEqual(logins, 1)

    def test_without_a_server_all_can_be_read(self):
        profile = self.profile("offline")
        self.assertEqual(profile.run("sync").returncode, 0)
        profile.kill()
        self.server.stop()
        try:
            done = profile.run("sync")
            self.assertEqual(done.returncode, 75, done.stderr)
            found = profile.json("search", "--json", "--limit", "5", "*")
            self.assertEqual(len(found["messages"]), 5)
            for message in found["messages"]:
                shown = profile.json("show", "--json", "id:" + message["id"])
                self.assertEqual(shown["subject"], message["subject"])
        finally:
            self.server.start()


if __name__ == "__main__":
    unittest.main()
