#!/usr/bin/python3
"""The demo's mail is what it promises, and its server hands it out as it was written."""
import collections
import email
import email.policy
import imaplib
import os
import pathlib
import signal
import ssl
import subprocess
import sys
import tempfile
import unittest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent / name) for name in (".", "server")]
from demo_mail import deliver, new_mail, sample_mail, write_maildirs  # noqa: E402
from dovecot import Dovecot  # noqa: E402

NOW = 1_700_000_000


def parse(mail):
    return email.message_from_bytes(mail.data, policy=email.policy.default)


class NewMail(unittest.TestCase):
    def test_never_comes_twice(self):
        found = [str(parse(new_mail(number))["Message-ID"]) for number in range(20)]
        self.assertEqual(len(set(found)), len(found))


class Mail(unittest.TestCase):
    def setUp(self):
        self.mails = sample_mail(NOW)

    def test_is_about_sixty_and_of_two_accounts(self):
        self.assertEqual(collections.Counter(mail.account for mail in self.mails), {"work": 45, "home": 15})

    def test_has_every_folder_with_a_role(self):
        folders = {mail.folder for mail in self.mails if mail.account == "work"}
        self.assertLessEqual({"INBOX", "Sent", "Drafts", "Trash", "Archive", "Lists"}, folders)

    def test_parses_without_a_defect(self):
        for mail in self.mails:
            for part in parse(mail).walk():
                self.assertEqual(part.defects, [])

    def test_has_a_thread_twelve_deep(self):
        deepest = max(len(str(parse(mail)["References"] or "").split()) for mail in self.mails)
        self.assertEqual(deepest, 11)

    def test_has_a_pdf_and_a_picture(self):
        found = {part.get_content_type(): part.get_content() for mail in self.mails
                 for part in parse(mail).walk() if part.get_content_disposition() == "attachment"}
        self.assertTrue(found["application/pdf"].startswith(b"%PDF-"))
        self.assertTrue(found["image/png"].startswith(b"\x89PNG"))

    def test_is_never_from_the_future(self):
        self.assertTrue(all(mail.when < NOW for mail in self.mails))

    def test_comes_from_the_server_as_written(self):
        with tempfile.TemporaryDirectory(prefix="curlew-") as scratch:
            directory = pathlib.Path(scratch)
            write_maildirs(directory, self.mails)
            with Dovecot(directory, {"work": directory / "work"}) as server:
                context = ssl.create_default_context(cafile=server.ca)
                with imaplib.IMAP4_SSL("localhost", server.imaps, ssl_context=context) as imap:
                    imap.login("work", "pw")
                    imap.select("INBOX", readonly=True)
                    answers = imap.fetch("1:*", "(BODY.PEEK[])")[1]
                    got = {answer[1].replace(b"\r\n", b"\n") for answer in answers if isinstance(answer, tuple)}
                    comes = new_mail(0)
                    deliver(directory, comes, 0)
                    imap.noop()
                    self.assertEqual(imap.response("EXISTS")[1][-1], str(len(got) + 1).encode())
        wanted = {mail.data for mail in self.mails if (mail.account, mail.folder) == ("work", "INBOX")}
        self.assertEqual(got, wanted)


@unittest.skipUnless("CURLEW_BUILD" in os.environ, "CURLEW_BUILD does not name a build directory")
class OffATerminal(unittest.TestCase):
    def test_curlew_demo_names_the_command_line_and_leaves_nothing(self):
        with tempfile.TemporaryDirectory(prefix="curlew-") as scratch:
            done = subprocess.run([pathlib.Path(os.environ["CURLEW_BUILD"]) / "curlew", "demo"],
                                  env=os.environ | {"XDG_RUNTIME_DIR": scratch}, stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn("curlew search", done.stderr)
            self.assertEqual(os.listdir(scratch), [])


@unittest.skipUnless("CURLEW_BUILD" in os.environ, "CURLEW_BUILD does not name a build directory")
class Run(unittest.TestCase):
    """The whole demo off a terminal, its temporary files in a directory of the test."""

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="curlew-")
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)
        self.scratch.chmod(0o711)
        self.command = [sys.executable, str(pathlib.Path(__file__).with_name("demo.py")), os.environ["CURLEW_BUILD"]]
        self.environment = os.environ | {"TMPDIR": scratch.name}

    def left_behind(self):
        mark = str(self.scratch / "curlew-demo-").encode()
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes():
                    yield (entry / "cmdline").read_text()
            except OSError:
                continue

    def assert_nothing_left(self):
        self.assertEqual(list(self.left_behind()), [])
        self.assertEqual(list(self.scratch.iterdir()), [])

    def test_prints_the_merged_inbox_and_leaves_nothing_behind(self):
        done = subprocess.run(self.command, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        inbox = [mail for mail in sample_mail() if mail.folder == "INBOX"]
        listed = done.stdout.splitlines()
        self.assertEqual(sum(line[:2] == "20" for line in listed), len(inbox))
        for words in ("Key for the gate", "写真を送ります", "Cabins booked", "مرحبا من الميناء"):
            self.assertIn(words, done.stdout)
        self.assertNotIn("\033", done.stdout + done.stderr)
        self.assert_nothing_left()

    def test_leaves_nothing_behind_when_it_is_ended(self):
        demo = subprocess.Popen(self.command, env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        demo.stderr.readline()  # the sync has begun to talk
        demo.send_signal(signal.SIGTERM)
        demo.communicate(timeout=60)
        self.assertEqual(demo.returncode, 128 + signal.SIGTERM)
        self.assert_nothing_left()


if __name__ == "__main__":
    unittest.main()
