#!/usr/bin/python3
"""The whole program under attack: full disks, hostile servers, lost databases, other programs, kills, odd mail."""

import contextlib
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from server.certificates import Certificates  # noqa: E402
from server.hostile_imap import Box, Cut, HostileImap  # noqa: E402
from throwaway import BUILD, FULL, Profile  # noqa: E402

PATIENCE = 60
AGENT_MB = 256
FLAGS = ["S", "FS", "", "RS"]
NAMES = [b"../../x", b"/etc/x", b"cur", b"new", b"tmp", b".", b"..", b"a/../../b", b"Lists", b"LISTS", b"lists",
         b"x" * 300, b"y/" * 150 + b"z", b"a\x1b[31mb", b"caf&AOk-", b"cafe&AwE-", b"&", b"&AAA-", b"\xff\xfe",
         b"a//b", b"-rf", b".notmuch", b"a:2,S", b" ", b"INBOX/cur"]


def mail(number, body="text\r\n", extra=""):
    return (f"From: a{number}@example.org\r\nTo: b@example.org\r\nSubject: mail {number}\r\n"
            f"Date: Mon, 01 Jan 2024 10:00:{number % 60:02} +0000\r\nMessage-ID: <m{number}@x>\r\n{extra}\r\n"
            f"{body}").encode()


def mails(count, first=0, body="text\r\n"):
    return [mail(first + number, body) for number in range(count)]


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = pathlib.Path(tempfile.mkdtemp(prefix="curlew-"))
        cls.addClassCleanup(shutil.rmtree, cls.place, ignore_errors=True)
        cls.certificates = Certificates(cls.place / "tls")

    def serve(self, boxes, home=None):
        """(server, profile), both ended with the test."""
        server = HostileImap(self.certificates, boxes)
        server.__enter__()
        self.addCleanup(server.__exit__)
        profile = Profile(home or tempfile.mkdtemp(dir=self.place))
        self.addCleanup(profile.kill)
        profile.write_config(profile.account("work", server.url, self.certificates.ca))
        return server, profile

    def files(self, profile):
        return sorted(path for path in profile.mail.rglob("*")
                      if path.is_file() and path.parent.name in ("cur", "new"))

    def names(self, profile):
        return [path.name.partition(":")[0] for path in self.files(profile)]

    def sync(self, profile, code=0, sentence="^"):
        done = profile.run("sync", timeout=PATIENCE)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertRegex(done.stderr, sentence)
        for sign in ("AddressSanitizer", "runtime error", "g_assert"):
            self.assertNotIn(sign, done.stderr)
        return done

    def end(self, profile):
        """Agents and indexer, in an orderly way."""
        profile.signal(signal.SIGTERM)
        profile.wait_until_left()

    def assert_all_once(self, profile, count):
        names = self.names(profile)
        self.assertEqual((len(names), len(set(names))), (count, count))
        self.assertEqual(profile.left_in_tmp(), [])
        self.assert_sums(profile)

    def assert_sums(self, profile):
        """What the database keeps as sums, counted again."""
        with contextlib.closing(profile.database("work")) as database:
            wrong = database.execute(
                "SELECT f.name, f.total, f.bodies, count(m.id), coalesce(sum(m.part=3),0) FROM folder f LEFT JOIN msg m"
                " ON m.folder=f.id AND m.st IN (0,1) GROUP BY f.id HAVING f.total<>count(m.id)"
                " OR f.bodies<>coalesce(sum(m.part=3),0)").fetchall()
            self.assertEqual(wrong, [])
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchone()[0], "ok")

    def assert_found(self, profile, count, query="*"):
        self.assertEqual(profile.json("count", "--json", query)["messages"], count)

    # ---- a full disk ----

    def small_disk(self, size):
        if os.getuid() != 0:
            self.skipTest("only root can mount a small disk")
        home = pathlib.Path(tempfile.mkdtemp(dir=self.place))
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", home], capture_output=True,
                              check=False)
        if done.returncode:
            self.skipTest("no small disk can be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", home], check=False)
        return home

    def make_room(self, home):
        subprocess.run(["mount", "-o", "remount,size=200m", home], check=True)

    def test_a_disk_that_fills_in_bodies_stops_the_sync_and_loses_nothing(self):
        home = self.small_disk("5m")
        server, profile = self.serve({b"INBOX": Box(mails(200, body="line of text\r\n" * 3000))}, home)
        self.sync(profile, 1, "(?i)no space left|disk is full")
        here = self.names(profile)
        self.assertGreater(len(here), 0)
        self.assertEqual(profile.left_in_tmp(), [])
        self.assertEqual(profile.json("folders", "--json")["folders"][0]["messages"], 200)
        shown = profile.run("show", f"key:{here[0]}", timeout=PATIENCE)
        self.assertIn("Subject: mail", shown.stdout, shown.stderr)  # its text too, unless the row could not be written
        self.make_room(home)
        server.forget()
        self.sync(profile)
        self.assert_all_once(profile, 200)
        self.assertTrue(set(here) <= set(self.names(profile)))
        self.assert_found(profile, 200)

    def test_a_disk_that_fills_in_the_header_pass_stops_the_sync(self):
        home = self.small_disk("700k")
        _, profile = self.serve({b"INBOX": Box(mails(1500))}, home)
        self.sync(profile, 1, "(?i)no space left|disk is full")
        listed = profile.json("folders", "--json")["folders"][0]["messages"]
        self.assertGreater(listed, 0)
        self.make_room(home)
        self.sync(profile)
        self.assert_all_once(profile, 1500)

    def test_a_disk_that_fills_under_the_index_is_named_and_mail_can_be_read(self):
        home = self.small_disk("12m")
        words = [mail(n, "".join(f"w{n * 200 + m} " for m in range(200)) + "\r\n") for n in range(300)]
        _, profile = self.serve({b"INBOX": Box(words)}, home)
        self.sync(profile)
        profile.kill()
        shutil.rmtree(profile.mail / ".notmuch")
        for path in profile.state.glob("index*"):
            path.unlink()
        space = os.statvfs(home)
        (home / "ballast").write_bytes(bytes(space.f_bavail * space.f_frsize - 100 * 1024))
        done = profile.run("rebuild", "--index", timeout=PATIENCE)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("disk is full", done.stderr)
        shown = profile.run("show", f"key:{self.names(profile)[0]}", timeout=PATIENCE)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.make_room(home)
        self.sync(profile)
        self.assert_found(profile, 300)

    # ---- a hostile server ----

    def test_a_cut_in_a_literal_leaves_no_part_and_is_resumed(self):
        server, profile = self.serve({b"INBOX": Box(mails(30, body="line\r\n" * 3000))})
        for at in (0, 1, 50, 10000):
            def cut(session, number, uid, body, at=at):
                if uid == 17:
                    head = b"* %d FETCH (UID %d BODY[] {%d}\r\n" % (number, uid, len(body))
                    session.cut_after(head + body, len(head) + at)
            server.on_body = cut
            self.sync(profile, 75, "cut")
            self.assertEqual(len(self.names(profile)), 16)
            self.assertEqual(profile.left_in_tmp(), [])
            self.assertGreater(min(path.stat().st_size for path in self.files(profile)), 15000)
        server.forget()
        self.sync(profile)
        self.assert_all_once(profile, 30)
        self.assertEqual(server.bodies_asked(), [b"UID FETCH 17:30 (UID BODY.PEEK[])"])

    def test_a_mute_server_can_be_left_at_once(self):
        server, profile = self.serve({b"INBOX": Box(mails(5))})
        server.on_body = lambda session, *_: session.mute()
        sync = profile.start("sync")
        deadline = time.monotonic() + PATIENCE
        while not server.bodies_asked() and time.monotonic() < deadline:
            time.sleep(0.05)
        sync.send_signal(signal.SIGINT)
        _, said = sync.communicate(timeout=30)  # the deadline of a mute server is longer
        self.assertEqual(sync.returncode, 130, said)

    def test_no_folder_name_leads_out_of_the_account(self):
        boxes = {name: Box([mail(100 + number)]) for number, name in enumerate(NAMES)}
        _, profile = self.serve({b"INBOX": Box([mail(1)]), **boxes})
        self.sync(profile)
        self.assert_all_once(profile, len(boxes) + 1)
        self.assertEqual({path.name for path in profile.mail.iterdir()}, {"work", ".notmuch"})
        self.assertEqual({path.name for path in profile.home.iterdir()} - {"cache"}, {"config", "data", "state"})
        self.assertEqual({path.name for path in profile.data.iterdir()}, {"mail", "mail.curlew"})
        listed = profile.json("folders", "--json")["folders"]
        self.assertEqual(sum(folder["messages"] for folder in listed), len(boxes) + 1)
        self.assertEqual(len({folder["name"] for folder in listed}), len(boxes) + 1)

    def test_a_folder_name_with_a_line_break_is_named_and_stops_no_other(self):
        _, profile = self.serve({b"INBOX": Box([mail(1)]), b"cr\r\nA1 LOGOUT": Box([mail(2)]), b"c": Box([mail(3)])})
        self.sync(profile, 1, "line break")
        self.assert_all_once(profile, 2)

    def test_a_folder_name_with_a_nul_stops_no_other(self):
        _, profile = self.serve({b"INBOX": Box([mail(1)]), b"a\0b": Box([mail(2)]), b"c": Box([mail(3)])})
        self.sync(profile)
        self.assert_all_once(profile, 2)

    def test_what_was_not_asked_for_is_not_taken(self):
        server, profile = self.serve({b"INBOX": Box(mails(20))})

        def header(session, number, uid, body):
            if uid == 5:
                session.send(b"* 5 FETCH (UID 4294967295 FLAGS ())\r\n")
                session.send_header(number, 77, body)
                session.send_header(number, uid, body)

        def body_of_others(session, number, uid, body):
            if uid == 7:
                session.send_body(number, 9000, b"Subject: wrong\r\n\r\n")
            return uid in (7, 9)
        server.on_header, server.on_body = header, body_of_others
        self.sync(profile, 0, "2 not downloaded")
        self.assertEqual(len(self.names(profile)), 18)
        self.assertFalse([path for path in self.files(profile) if b"Subject: wrong" in path.read_bytes()])
        self.assert_sums(profile)

    def test_a_number_over_32_bits_ends_the_session_and_harms_nothing(self):
        server, profile = self.serve({b"INBOX": Box(mails(20))})
        server.on_header = lambda session, *_: session.send(b"* 1 FETCH (UID 4294967297 FLAGS (\\Deleted))\r\n")
        self.sync(profile, 1, "32 bits")
        server.forget()
        self.sync(profile)
        self.assert_all_once(profile, 20)

    def test_a_throttling_server_is_tried_again_and_no_message_blamed(self):
        for text in (b"[LIMIT] too much", b"Account exceeded command or bandwidth limits", b"[UNAVAILABLE] later"):
            for command in (b"BODY.PEEK[]", b"HEADER.FIELDS"):
                with self.subTest(text=text, command=command):
                    server, profile = self.serve({b"INBOX": Box(mails(20))})

                    def throttle(session, name, rest, text=text, command=command):
                        return command in rest and (session.no(text) or True)
                    server.on_command = throttle
                    self.sync(profile, 75, "the server says")
                    server.forget()
                    self.sync(profile)
                    self.assert_all_once(profile, 20)

    def test_a_server_that_refuses_all_bodies_is_named_and_asked_again_next_time(self):
        server, profile = self.serve({b"INBOX": Box(mails(20))})
        server.on_command = lambda session, name, rest: b"BODY.PEEK[]" in rest and (session.no(b"never") or True)
        self.sync(profile, 1, "the server says: never")
        self.assertLess(len(server.bodies_asked()), 12)
        server.forget()
        self.sync(profile)
        self.assert_all_once(profile, 20)

    def test_a_bye_in_the_middle_keeps_what_came(self):
        server, profile = self.serve({b"INBOX": Box(mails(20))})

        def bye(session, number, uid, body):
            if uid == 7:
                session.send(b"* BYE shutting down\r\n")
                raise Cut
        server.on_body = bye
        self.sync(profile, 75, "shutting down")
        self.assertEqual(len(self.names(profile)), 6)
        server.forget()
        self.sync(profile)
        self.assert_all_once(profile, 20)

    def test_floods_and_endless_lines_end_the_session_in_little_memory(self):
        floods = {"floods": b"* OK still here\r\n" * 10000, "endless line": b"* OK " + b"x" * 2000000 + b"\r\n"}
        for sentence, flood in floods.items():
            with self.subTest(sentence=sentence):
                server, profile = self.serve({b"INBOX": Box(mails(20))})
                most = [0]

                def pour(session, name, rest, flood=flood, most=most, profile=profile):
                    for _ in range(30 if name == b"UID_FETCH" else 0):
                        session.send(flood)
                        most[0] = max([most[0], *map(resident, profile.processes("agent"))])
                server.on_command = pour
                self.sync(profile, 1, sentence)
                if not sanitized():
                    self.assertLess(most[0], AGENT_MB)
                server.forget()
                self.sync(profile)
                self.assert_all_once(profile, 20)

    def test_wrong_sizes_are_believed_by_nobody(self):
        server, profile = self.serve({b"INBOX": Box(mails(20))})
        sizes = {1: 0, 2: 4294967295, 3: 1, 4: 10 ** 7}

        def header(session, number, uid, body):
            session.send_header(number, uid, body, size=sizes.get(uid))
            return True
        server.on_header = header
        self.sync(profile)
        self.assert_all_once(profile, 20)

    def test_an_outage_that_looks_like_an_empty_folder_deletes_nothing(self):
        box = Box(mails(200))
        server, profile = self.serve({b"INBOX": box})
        self.sync(profile)
        before, messages, box.uidnext = self.names(profile), box.messages, 201
        server.forget()
        box.messages = {}
        for _ in range(3):
            self.sync(profile, 0, "shows this folder empty")
            self.assertEqual(self.names(profile), before)
        self.assert_found(profile, 200)
        box.messages = messages
        self.sync(profile)
        self.assertEqual(self.names(profile), before)
        self.assertEqual(server.bodies_asked(), [])
        self.assert_found(profile, 200)

    def test_a_folder_that_stays_empty_for_an_hour_is_believed(self):
        box = Box(mails(30))
        server, profile = self.serve({b"INBOX": box})
        self.sync(profile)
        box.messages, box.uidnext = {}, 31
        self.sync(profile, 0, "shows this folder empty")
        profile.kill()
        with contextlib.closing(sqlite3.connect(profile.state / "work/state.db")) as database, database:
            database.execute("UPDATE meta SET v=v-3600 WHERE k LIKE 'empty.%'")
        for _ in range(3):
            self.sync(profile)
        self.assertEqual(self.names(profile), [])
        self.assertEqual(len(list((profile.data / "mail.curlew").rglob("graveyard/**/*.*"))), 30)

    def test_a_renumbered_folder_is_matched_again_and_nothing_is_fetched_twice(self):
        boxes = {b"INBOX": Box(mails(20)), b"two": Box(mails(20, 200))}
        server, profile = self.serve(boxes)
        self.sync(profile)
        before = self.names(profile)
        server.forget()
        inbox = boxes[b"INBOX"]
        inbox.uidvalidity = 99
        inbox.messages = {uid + 100: text for uid, text in reversed(inbox.messages.items())}
        inbox.uidnext = 200
        boxes[b"two"].messages[21] = mail(333)
        for _ in range(2):
            self.sync(profile)
        self.assertTrue(set(before) < set(self.names(profile)))
        self.assert_all_once(profile, 41)
        self.assertEqual(server.bodies_asked(), [b"UID FETCH 21 (UID BODY.PEEK[])"])

    def test_a_renumbered_folder_with_other_mail_is_held_until_the_user_takes_it(self):
        boxes = {b"INBOX": Box(mails(60)), b"two": Box(mails(20, 200))}
        server, profile = self.serve(boxes)
        self.sync(profile)
        server.forget()
        boxes[b"INBOX"].uidvalidity = 99
        boxes[b"INBOX"].messages = {uid: mail(uid + 400) for uid in range(1, 61)}
        boxes[b"two"].messages[21] = mail(333)
        for _ in range(2):
            self.sync(profile, 1, "of 60 messages only 0")
        self.assert_all_once(profile, 81)
        self.assertEqual(server.bodies_asked(), [b"UID FETCH 21 (UID BODY.PEEK[])"])
        self.assertIn("of 60 messages only 0", profile.run("doctor", timeout=PATIENCE).stdout)
        done = profile.run("rebuild", "--accept", "work/INBOX", timeout=PATIENCE)
        self.assertEqual(done.returncode, 0, done.stderr)
        for _ in range(3):
            self.sync(profile)
        self.assert_all_once(profile, 81)
        self.assertEqual(profile.json("count", "--json", "id:m5@x")["messages"], 0)
        self.assertEqual(len(list((profile.data / "mail.curlew").rglob("graveyard/**/*.*"))), 60)
        again = profile.run("rebuild", "--accept", "work/INBOX", timeout=PATIENCE)
        self.assertEqual(again.returncode, 1)

    def test_mail_moved_on_the_server_is_found_where_it_is_and_not_fetched_again(self):
        inbox, two = Box(mails(10)), Box(mails(5, 100))
        server, profile = self.serve({b"INBOX": inbox, b"two": two})
        self.sync(profile)
        server.forget()
        two.messages[6] = inbox.messages.pop(3)
        self.sync(profile)
        self.assertEqual(server.bodies_asked(), [])
        [found] = profile.json("search", "--json", "id:m2@x")["messages"]
        self.assertEqual([(copy["account"], copy["folder"]) for copy in found["copies"]], [("work", "two")])
        self.assertEqual(pathlib.Path(found["copies"][0]["file"]).read_bytes(), mail(2).replace(b"\r\n", b"\n"))
        self.assert_found(profile, 15)
        self.assertEqual(profile.run("doctor", timeout=PATIENCE).returncode, 0)

    def test_mail_that_left_the_server_is_in_no_search_from_then_on(self):
        inbox = Box(mails(10))
        _, profile = self.serve({b"INBOX": inbox})
        self.sync(profile)
        del inbox.messages[3]
        self.sync(profile)
        self.assertEqual(len(self.files(profile)), 10)  # it may come back elsewhere
        self.assert_found(profile, 9)
        self.assertEqual(profile.json("search", "--json", "id:m2@x")["messages"], [])
        self.assertEqual(profile.run("show", "id:m2@x", timeout=PATIENCE).returncode, 1)
        self.sync(profile)
        self.assertEqual(len(self.files(profile)), 9)
        self.assert_found(profile, 9)
        self.assertEqual(profile.run("doctor", timeout=PATIENCE).returncode, 0)

    # ---- lost databases ----

    def test_a_lost_or_damaged_state_database_is_made_anew_from_the_files(self):
        server, profile = self.serve({b"INBOX": Box(mails(40)), b"two": Box(mails(20, 200))})
        self.sync(profile)
        self.end(profile)
        good = profile.home / "good"
        shutil.copytree(profile.state / "work", good, ignore=shutil.ignore_patterns("socket"))
        size = (good / "state.db").stat().st_size
        before = self.names(profile)
        damages = {"deleted": None, "truncated": b"", "zeroed": bytes(size),
                   "half": (good / "state.db").read_bytes()[:size // 2]}
        for how, data in damages.items():
            with self.subTest(how=how):
                profile.kill()
                shutil.rmtree(profile.state / "work")
                shutil.copytree(good, profile.state / "work")
                for path in (profile.state / "work").glob("state.db*"):
                    path.unlink()
                if data is not None:
                    (profile.state / "work/state.db").write_bytes(data)
                server.forget()
                self.sync(profile)
                self.assertEqual(self.names(profile), before)
                self.assertEqual(server.bodies_asked(), [])
                self.assert_found(profile, 60)
                self.assertEqual(profile.run("show", "id:m1@x", timeout=PATIENCE).returncode, 0)

    def test_a_lost_or_damaged_index_is_made_again_with_the_right_tags(self):
        box = Box(mails(40))
        box.flags = {uid: b"\\Seen" for uid in range(1, 11)}
        server, profile = self.serve({b"INBOX": box})
        self.sync(profile)
        for how in ("deleted", "half", "garbage"):
            with self.subTest(how=how):
                self.end(profile)
                for path in (profile.mail / ".notmuch").rglob("*.glass"):
                    whole = path.read_bytes()
                    path.write_bytes(whole[:len(whole) // 2] if how == "half" else os.urandom(len(whole)))
                if how == "deleted":
                    shutil.rmtree(profile.mail / ".notmuch")
                server.forget()
                self.assertEqual(profile.run("search", "mail", timeout=PATIENCE).returncode, 1)
                self.sync(profile)
                self.assert_found(profile, 40)
                self.assert_found(profile, 30, "tag:unread")
                self.assertEqual(server.bodies_asked(), [])

    # ---- others at work ----

    def test_other_programs_in_the_tree_lose_and_double_nothing(self):
        _, profile = self.serve({b"INBOX": Box(mails(400, body="line\r\n" * 300)), b"two": Box(mails(400, 5000))})
        chance = random.Random(3)
        sync = profile.start("sync")
        removed = set()
        while sync.poll() is None:
            files = self.files(profile)
            if files:
                with contextlib.suppress(OSError):
                    self.disturb(profile, chance, chance.choice(files), removed)
        self.assertEqual(sync.returncode, 0, sync.communicate()[1])
        sync.communicate()
        for _ in range(2):
            self.sync(profile)
        self.assert_all_once(profile, 800)  # what was only unlinked comes back
        self.assert_found(profile, 800)

    def disturb(self, profile, chance, path, removed):
        key = path.name.partition(":")[0]
        deed = chance.randrange(3)
        if deed == 0:
            path.rename(path.parent.parent / "cur" / f"{key}:2,{chance.choice(FLAGS)}")
        elif deed == 1:
            path.rename(profile.mail / "work" / chance.choice(["INBOX", "two"]) / "cur" / f"{key}:2,S")
        elif len(removed) < 20:
            path.unlink()
            removed.add(key)

    def test_notmuch_tag_during_a_sync_is_kept(self):
        if not shutil.which("notmuch"):
            self.skipTest("the notmuch program is not installed")
        _, profile = self.serve({b"INBOX": Box(mails(300))})
        config = profile.home / "notmuch-config"
        config.write_text(f"[database]\npath={profile.mail}\n[search]\nexclude_tags=\n")
        environment = dict(profile.environment, NOTMUCH_CONFIG=str(config))
        tag = ["notmuch", "tag", "+seen-by-another", "--", "subject:mail"]
        sync = profile.start("sync")
        while sync.poll() is None:
            subprocess.run(tag, env=environment, capture_output=True, check=False)
        self.assertEqual(sync.returncode, 0, sync.communicate()[1])
        sync.communicate()
        subprocess.run(tag, env=environment, check=True)
        self.sync(profile)
        self.assert_all_once(profile, 300)
        self.assert_found(profile, 300)
        self.assert_found(profile, 300, "tag:seen-by-another and tag:unread")

    # ---- kills ----

    def test_killed_indexers_cost_nothing(self):
        _, profile = self.serve({b"INBOX": Box(mails(600))})
        sync = profile.start("sync")
        killed = set()
        while sync.poll() is None:
            for pid in profile.processes("index"):
                if len(killed) < 3 and pid not in killed:
                    time.sleep(0.1)
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                    killed.add(pid)
        self.assertGreater(len(killed), 0)
        self.assertEqual(sync.returncode, 0, sync.communicate()[1])
        sync.communicate()
        self.sync(profile)
        self.assert_all_once(profile, 600)
        with contextlib.closing(profile.database("work")) as database:
            skipped = database.execute("SELECT count(*) FROM msg WHERE unsearchable IS NOT NULL").fetchone()[0]
        self.assertLessEqual(skipped, len(killed))  # what lay under a dying indexer's hand is named, not retried
        self.assert_found(profile, 600 - skipped)

    def test_two_syncs_at_once_both_end_right(self):
        _, profile = self.serve({b"INBOX": Box(mails(60))})
        for _ in range(10 if FULL else 5):
            both = [profile.start("sync") for _ in range(2)]
            for sync in both:
                _, said = sync.communicate(timeout=PATIENCE)
                self.assertEqual(sync.returncode, 0, said)
        self.assert_all_once(profile, 60)

    # ---- odd mail ----

    def test_odd_mails_are_here_byte_by_byte_and_shown(self):
        big = 640000 if FULL else 64000
        odd = [mail(1, "x" * 76 + "\r\n") + (b"y" * 76 + b"\r\n") * big,
               b"".join(b"X-H%d: v\r\n" % number for number in range(100000)) + mail(2), b"", b"\r\n",
               b"\r\njust text\r\n", b"no header at all, no end", mail(3, "a\0b\r\n\0\0"), mail(4, "a\rb\r\rc\r\n\r"),
               mail(5).replace(b"\r\n", b"\n"), mail(6, "a\r\r\nb\r\r\r\n"), b"From x Mon\r\n" + mail(7),
               mail(8, "", "Content-Type: multipart/mixed; boundary=a\r\n") +
               b"--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n" * 20000]
        _, profile = self.serve({b"INBOX": Box(odd)})
        self.sync(profile)
        have = sorted(path.read_bytes() for path in self.files(profile))
        self.assertEqual(len(have), len(odd))
        self.assertTrue(have == sorted(one.replace(b"\r\n", b"\n") for one in odd), "a mail is not what it was")
        for key in self.names(profile):
            shown = profile.run("show", f"key:{key}", timeout=PATIENCE)
            self.assertIn(shown.returncode, (0, 1))
            self.assertTrue(shown.stdout or "cannot be shown" in shown.stderr, shown.stderr)
        self.assert_sums(profile)


def resident(pid):
    """Megabytes."""
    with contextlib.suppress(OSError, IndexError):
        return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
    return 0


def sanitized():
    """A build with ASan holds what it likes."""
    return b"__asan_init" in (BUILD / "curlew-agent").read_bytes()


if __name__ == "__main__":
    unittest.main()
