#!/usr/bin/python3
"""A real Dovecot numbers its folders anew: all is found again by its headers, and what waited here still reaches it."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from mail_look import login, mail  # noqa: E402
from server.dovecot import Dovecot  # noqa: E402
from throwaway import FULL, Profile  # noqa: E402

MESSAGES = 5000 if FULL else 500
CHANGES = re.compile(rb" C: .*(APPEND|EXPUNGE|COPY|\\Deleted)")


class Renumbered(unittest.TestCase):
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
        self.profile.wait_until_left()
        trace = self.profile.home / "trace"
        trace.unlink(missing_ok=True)
        done = self.profile.run("sync", "--trace", str(trace))
        self.assertEqual(done.returncode, 0, f"{done.stdout}{done.stderr}")
        return trace.read_bytes()

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

    def test_another_uidvalidity_costs_the_headers_and_nothing_else(self):
        before = self.keys()
        self.renumber("--uid-validity", "77", "INBOX")
        trace = self.sync()
        self.assertEqual(trace.count(b"BODY.PEEK[]"), 0)
        self.assertIsNone(CHANGES.search(trace))
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


if __name__ == "__main__":
    unittest.main()
