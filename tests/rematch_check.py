#!/usr/bin/python3
"""All is found again by its headers where a real Dovecot numbers its folders anew, where the state is lost and where a tree
is another program's; what waited here still reaches the server, or is asked about."""

import contextlib
import imaplib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from mail_look import login, mail  # noqa: E402
from server.dovecot import Dovecot  # noqa: E402
from throwaway import FULL, Profile  # noqa: E402

MESSAGES = 5000 if FULL else 300
CHANGES = re.compile(rb" C: .*(APPEND|EXPUNGE|UID COPY|UID MOVE|UID STORE|\\Deleted)")


class Mailbox(unittest.TestCase):
    """An account of one user on a Dovecot, with its mail in INBOX."""

    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="curlew-"))
        self.place.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)
        user = self.place / "ada"
        (user / "cur").mkdir(parents=True)
        for number in range(1, MESSAGES + 1):
            (user / "cur" / f"{1000000000 + number}.M{number}.here:2,").write_bytes(mail(number))
        self.server = Dovecot(self.place, {"ada": user}).start()
        self.addCleanup(self.server.kill)
        self.profile = Profile(self.place / "profile")
        self.addCleanup(self.profile.kill)
        self.profile.write_config(
            self.profile.account("work", f"imaps://ada@localhost:{self.server.imaps}", self.server.ca))
        self.sync()

    def sync(self):
        """The protocol of a sync that must go well."""
        self.profile.wait_until_left(program="agent")
        trace = self.profile.home / "trace"
        trace.unlink(missing_ok=True)
        done = self.profile.run("sync", "--trace", str(trace))
        self.assertEqual(done.returncode, 0, f"{done.stdout}{done.stderr}")
        return trace.read_bytes()

    def assert_nothing_moves(self, trace):
        """No message was fetched or changed."""
        self.assertEqual(trace.count(b"BODY.PEEK[]"), 0)
        self.assertIsNone(CHANGES.search(trace))

    def renumber(self, *more):
        """With other UIDs in another order: Dovecot has nothing but the files to go by."""
        subprocess.run(["doveadm", "-c", str(self.server.own / "conf"), "mailbox", "update", "-u", "ada", *more],
                       check=True)

    def on_server(self, folder):
        """number → flags."""
        with login(self.server.imap) as imap:
            imap.select(folder, readonly=True)
            _, data = imap.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
        parts = [part for part in data if isinstance(part, tuple)]
        found = {int(re.search(rb"<m(\d+)@", part[1])[1]): re.search(rb"FLAGS \(([^)]*)\)", part[0])[1].decode()
                 for part in parts}
        self.assertEqual(len(found), len(parts))
        return found

    def file_of(self, number):
        [key] = self.profile.database("work").execute(
            "SELECT key FROM msg WHERE mid=?", (f"m{number}@example.org",)).fetchone()
        [path] = (self.profile.mail / "work/INBOX").glob(f"*/{key}*")
        return path

    def keys(self):
        return sorted(self.profile.database("work").execute("SELECT mid,key,part,st FROM msg").fetchall())


class Renumbered(Mailbox):
    def test_another_uidvalidity_costs_the_headers_and_nothing_else(self):
        before = self.keys()
        self.renumber("--uid-validity", "77", "INBOX")
        trace = self.sync()
        self.assert_nothing_moves(trace)
        self.assertEqual(self.keys(), before)
        self.assertEqual(sorted(self.on_server("INBOX")), list(range(1, MESSAGES + 1)))
        [validity] = self.profile.database("work").execute(
            "SELECT uidvalidity FROM folder WHERE name='INBOX'").fetchone()
        self.assertEqual(validity, 77)
        self.assertEqual(self.sync().count(b"HEADER.FIELDS"), 0)

    def test_what_waited_is_pushed_under_the_uids_of_now(self):
        flagged, moved = self.file_of(3), self.file_of(5)
        flagged.rename(flagged.parent.parent / "cur" / f"{flagged.name.split(':')[0]}:2,F")
        moved.rename(self.profile.mail / "work/Archive/cur" / f"{moved.name.split(':')[0]}:2,S")
        with login(self.server.imap) as imap:
            # the numbers of before are those of other messages now
            imap.select("INBOX")
            imap.uid("STORE", "1", "+FLAGS", "\\Deleted")
            imap.expunge()
            imap.append("INBOX", "", None, mail(MESSAGES + 1))
        self.server.stop()
        for name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache"):
            (self.place / "ada" / name).unlink(missing_ok=True)
        self.server.start()
        trace = self.sync()
        self.assertEqual(trace.count(b"BODY.PEEK[]"), 1)  # the new one
        inbox, archive = self.on_server("INBOX"), self.on_server("Archive")
        self.assertEqual(sorted(inbox), [number for number in range(2, MESSAGES + 2) if number != 5])
        self.assertEqual([number for number, flags in inbox.items() if "Flagged" in flags], [3])
        self.assertEqual(list(archive), [5])
        self.assertIn("Seen", archive[5])


class Lost(Mailbox):
    """The state database is gone, the mail and the index are here."""

    def lose(self):
        self.profile.wait_until_left(program="agent")
        for path in (self.profile.state / "work").glob("state.db*"):
            path.unlink()

    def dump(self):
        """All tags, by message."""
        config = self.profile.home / "notmuch-config"
        config.write_text(f"[database]\npath={self.profile.mail}\n")
        done = subprocess.run(["notmuch", f"--config={config}", "dump", "--format=batch-tag"],
                              env=self.profile.environment, capture_output=True, text=True, check=True)
        return sorted(done.stdout.splitlines())

    def on_disk(self):
        return sorted(path.relative_to(self.profile.mail) for path in self.profile.mail.rglob("cur/*"))

    def do(self, *words):
        done = self.profile.run(*words)
        self.assertEqual(done.returncode, 0, f"{words}: {done.stderr}")

    def pending(self):
        return {one["id"]: one for one in self.profile.json("pending", "--json")["pending"]}

    def mid(self, number):
        return f"m{number}@example.org"

    def lose_with_wishes(self):
        """2 and 3 have a tag that the server knows; what waits is a flag of 7, a tag of 8 and a place of 5."""
        self.do("tag", "+todo", "--", f"id:{self.mid(2)}", "or", f"id:{self.mid(3)}")
        self.sync()
        self.server.stop()
        self.do("tag", "+flagged", "--", f"id:{self.mid(7)}")
        self.do("tag", "+later", "--", f"id:{self.mid(8)}")
        self.do("move", "work/Archive", "--", f"id:{self.mid(5)}")
        self.lose()
        self.server.start()

    def test_it_is_made_anew_and_nothing_is_fetched_sent_or_removed(self):
        before, files = self.keys(), self.on_disk()
        self.do("tag", "+todo", "--", f"id:{self.mid(2)}")
        self.sync()
        tags = self.dump()
        self.lose()
        self.assert_nothing_moves(self.sync())
        self.assertEqual(self.keys(), before)
        self.assertEqual(self.on_disk(), files)
        self.assertEqual(self.dump(), tags)
        self.assertEqual(self.pending(), {})
        [words] = self.profile.database("work").execute(
            "SELECT lkw FROM msg WHERE mid=? AND lkw=bkw", (self.mid(2),)).fetchone()
        self.assertEqual(words, "todo")
        self.assertEqual(self.sync().count(b"HEADER.FIELDS"), 0)
        self.do("doctor")

    def test_what_is_gone_since_goes_from_the_index_and_what_was_renamed_keeps_its_tags(self):
        self.do("tag", "+todo", "--", f"id:{self.mid(2)}", "or", f"id:{self.mid(3)}")
        self.sync()
        gone, renamed = self.file_of(3), self.file_of(2)
        self.lose()
        gone.unlink()
        renamed.rename(renamed.parent.parent / "cur/1700000000.another.name:2,")
        with login(self.server.imap) as imap:
            imap.select("INBOX")
            imap.uid("STORE", "3", "+FLAGS", "\\Deleted")
            imap.expunge()
        self.assert_nothing_moves(self.sync())
        self.assertEqual([line for line in self.dump() if "todo" in line], [f"+todo +unread -- id:{self.mid(2)}"])

    def test_what_waited_is_asked_about_and_told_when_the_user_says_so(self):
        self.lose_with_wishes()
        tags = self.dump()
        for _ in range(2):
            self.assert_nothing_moves(self.sync())
            self.assertEqual(self.dump(), tags)
            pending = self.pending()
            self.assertEqual({key: one["what"] for key, one in pending.items()},
                             {self.mid(5): "move", self.mid(7): "flags", self.mid(8): "flags"})
            self.assertEqual({one["asked"] for one in pending.values()}, {True})
        self.do("pending", "--retry")
        self.sync()
        inbox, archive = self.on_server("INBOX"), self.on_server("Archive")
        self.assertEqual([number for number, flags in inbox.items() if "Flagged" in flags], [7])
        self.assertEqual([number for number, flags in inbox.items() if "later" in flags], [8])
        self.assertEqual(list(archive), [5])
        self.assertEqual(self.pending(), {})

    def test_the_user_may_have_it_made_anew(self):
        self.do("tag", "+todo", "--", f"id:{self.mid(2)}", "or", f"id:{self.mid(3)}")
        self.sync()
        self.server.stop()
        self.do("tag", "+flagged", "--", f"id:{self.mid(7)}")
        self.do("move", "work/Archive", "--", f"id:{self.mid(5)}")
        tags, before = self.dump(), self.on_disk()
        done = self.profile.run("rebuild", "--state", "work")
        self.assertEqual(done.returncode, 75, done.stderr)  # it is made anew; the server comes later
        self.assertIn("work: what waited for the server, of 2 messages, is asked about", done.stderr)
        self.server.start()
        done = self.profile.run("rebuild", "--state", "work")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("work: 2 changes are asked about and not told to the server", done.stdout)
        self.assert_nothing_moves(self.sync())
        self.assertEqual((self.dump(), self.on_disk()), (tags, before))
        self.assertEqual({key: (one["what"], one["asked"]) for key, one in self.pending().items()},
                         {self.mid(5): ("move", True), self.mid(7): ("flags", True)})
        self.assertEqual(len(list((self.profile.state / "work").glob("state.db.replaced-*"))), 2)
        self.do("doctor")

    def test_what_waited_can_be_dropped_for_what_the_server_has(self):
        self.lose_with_wishes()
        self.sync()
        self.do("pending", "--drop")
        self.assert_nothing_moves(self.sync())
        self.assertEqual(self.pending(), {})
        self.assertEqual(sorted(self.on_server("INBOX")), list(range(1, MESSAGES + 1)))
        self.assertEqual(self.file_of(5).parent.parent.name, "INBOX")
        self.assertNotIn("F", self.file_of(7).name.partition(":2,")[2])

    def test_without_a_server_the_mail_is_shown(self):
        self.lose()
        self.server.stop()
        self.assertEqual(self.profile.run("sync").returncode, 75)
        folders = {one["name"]: one for one in self.profile.json("folders", "--json")["folders"]}
        self.assertEqual(folders["INBOX"]["messages"], MESSAGES)
        self.do("show", f"id:{self.mid(9)}")
        self.server.start()
        self.assert_nothing_moves(self.sync())

    def test_a_kill_while_it_is_made_anew_costs_nothing(self):
        before = self.keys()
        self.do("tag", "+todo", "--", f"id:{self.mid(2)}")
        self.sync()
        tags = self.dump()
        self.lose()
        trace = self.profile.home / "killed"
        for step in range(12):
            sync = self.profile.start("sync", "--trace", str(trace))
            time.sleep(0.05 * (step + 1))
            self.profile.kill()
            sync.communicate()
        self.assert_nothing_moves(self.sync() + (trace.read_bytes() if trace.exists() else b""))
        self.assertEqual(self.keys(), before)
        self.assertEqual(self.dump(), tags)
        self.assertEqual(self.pending(), {})
        self.do("doctor")

    def test_a_tree_of_another_programs_is_taken_as_it_is(self):
        self.profile.wait_until_left(program="agent")
        self.profile.signal(signal.SIGKILL)
        for path in (self.profile.state, self.profile.mail / ".notmuch", self.profile.data / "mail.curlew"):
            shutil.rmtree(path)
        inbox = self.profile.mail / "work/INBOX"
        for number, path in enumerate([*inbox.glob("cur/*"), *inbox.glob("new/*")]):
            flags = path.name.partition(":2,")[2]
            os.utime(path, (1700000000, 1700000000))
            path.rename(inbox / "cur" / f"1700000000.99_{number}.here,U={number + 1}:2,{flags}")
        (inbox / ".uidvalidity").write_text(f"1\n{MESSAGES}\n")
        names = sorted(path.name for path in inbox.rglob("cur/*"))
        self.assert_nothing_moves(self.sync())
        self.assertEqual(sorted(path.name for path in inbox.rglob("cur/*")), names)
        self.assertEqual(self.profile.json("count", "--json", "*")["messages"], MESSAGES)
        self.assertEqual(self.pending(), {})
        self.do("doctor")


class Local(unittest.TestCase):
    """Its mail is all there is, and the index has the tags."""

    def test_tags_outlive_the_state(self):
        with tempfile.TemporaryDirectory(prefix="curlew-") as place, Profile(place) as profile:
            profile.write_config('account home { incoming = "local:" }\n')
            (profile.mail / "home/INBOX/cur").mkdir(parents=True)
            for number in range(1, 4):
                (profile.mail / f"home/INBOX/cur/{number}.here:2,S").write_bytes(mail(number))
            for words in (["sync"], ["tag", "+todo", "--", "id:m2@example.org"], ["rebuild", "--state", "home"]):
                done = profile.run(*words)
                self.assertEqual(done.returncode, 0, f"{words}: {done.stderr}")
            self.assertEqual(profile.json("count", "--json", "tag:todo")["messages"], 1)
            self.assertEqual(profile.json("pending", "--json")["pending"], [])


if __name__ == "__main__":
    unittest.main()
