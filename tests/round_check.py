#!/usr/bin/python3
"""Rounds of sync with servers that have habits of their own: what they leave out, repeat and make up."""

import contextlib
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import throwaway  # noqa: E402
from server.certificates import Certificates  # noqa: E402
from server.hostile_imap import Box, HostileImap  # noqa: E402

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


if __name__ == "__main__":
    unittest.main()
