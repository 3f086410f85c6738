#!/usr/bin/python3
"""The command line with a server: passwords asked, exit codes, interruption, bodies that are not here."""

import contextlib
import json
import os
import pathlib
import pty
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from server.dovecot import Dovecot  # noqa: E402
from throwaway import BUILD, Profile  # noqa: E402

MAIL = """\
From: Ada <ada@example.org>\r
Subject: Number {number}\r
Date: Sun, 02 Nov 2025 14:02:{number:02} +0000\r
Message-ID: <m{number}@example.org>\r
\r
The body of number {number}.\r
"""
SECONDS = 120


class Server(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = pathlib.Path(tempfile.mkdtemp(prefix="curlew-"))
        cls.place.chmod(0o755)
        cls.addClassCleanup(shutil.rmtree, cls.place, ignore_errors=True)
        user = cls.place / "ada"
        for folder in ("cur", "new", "tmp"):
            (user / folder).mkdir(parents=True)
        for number in range(10):
            (user / f"cur/{1762092120 + number}.M{number}.host:2,").write_text(MAIL.format(number=number))
        cls.server = Dovecot(cls.place, {"ada": user}).start()
        cls.addClassCleanup(cls.server.kill)

    def setUp(self):
        self.profile = Profile(self.place / self._testMethodName[:40])
        self.addCleanup(shutil.rmtree, self.profile.home, ignore_errors=True)
        self.addCleanup(self.profile.kill)

    def write(self, more="", password='password = "pw"', port=None, ca=None):
        self.profile.write_config(
            f'account work {{\n email = "ada@example.org"\n incoming = "imaps://ada@localhost:{port or self.server.imaps}"\n'
            f' ca-file = "{ca or self.server.ca}"\n {password}\n {more}\n}}\n')

    def assert_ends(self, code, *arguments):
        done = self.profile.run(*arguments, timeout=SECONDS)
        self.assertEqual(done.returncode, code, f"{arguments}: {done.stdout}{done.stderr}")
        return done

    def done_event(self, text):
        events = [json.loads(line) for line in text.splitlines()]
        self.assertEqual([one["event"] for one in events].count("done"), 1)
        self.assertEqual(events[-1]["event"], "done")
        return events[-1]

    def mute_server(self):
        """A port that takes connections and says nothing."""
        mute = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(mute.close)
        return mute

    def test_sync_says_what_came(self):
        self.write()
        self.assertIn("work: 10 new", self.assert_ends(0, "sync").stdout)
        done = self.done_event(self.assert_ends(0, "sync", "--json").stdout)
        self.assertEqual((done["ok"], done["new"], done["error"]), (True, 0, None))

    def test_a_server_out_of_reach_is_75(self):
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        self.write(port=port)
        self.assertIn("work", self.assert_ends(75, "sync").stderr)
        done = self.done_event(self.assert_ends(75, "sync", "--json").stdout)
        self.assertEqual((done["ok"], done["code"]), (False, "offline"))

    def test_a_changed_config_counts_at_once(self):
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        self.write(port=port)
        watching = self.profile.start("sync", "--watch")
        self.assert_ends(75, "sync")
        self.write()
        self.assertIn("work: 10 new", self.assert_ends(0, "sync").stdout)
        watching.kill()
        watching.communicate()

    def test_a_wrong_password_is_1(self):
        self.write(password='password = "wrong"')
        self.assertEqual(self.done_event(self.assert_ends(1, "sync", "--json").stdout)["code"], "auth")

    def test_a_certificate_nobody_vouches_for_is_1(self):
        self.write(ca="/etc/ssl/certs/ca-certificates.crt")
        self.assertIn("certificate", self.assert_ends(1, "sync").stderr)

    def test_1_beats_75(self):
        self.write(password='password = "wrong"')
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        with self.profile.config.open("a") as config:
            config.write(f'account home {{ incoming = "imaps://ada@localhost:{port}" password = x }}\n')
        self.assert_ends(1, "sync")

    def test_a_failing_password_command_is_told_with_its_words(self):
        self.write(password='password-command = {"sh", "-c", "echo no such entry >&2; exit 3"}')
        self.assertIn("no such entry", self.assert_ends(1, "sync").stderr)

    def test_without_a_password_and_a_terminal_it_fails_with_a_sentence(self):
        self.write(password="")
        self.assertIn("password-command", self.assert_ends(1, "sync").stderr)

    def on_terminal(self, *arguments, answers=()):
        """(exit code, all that was written); types (or calls) each answer when its question stands there."""
        child, terminal = pty.fork()
        if child == 0:
            os.execve(BUILD / "curlew", ["curlew", *arguments], self.profile.environment)
        written, left, seen = b"", list(answers), 0
        while select.select([terminal], [], [], SECONDS)[0]:
            try:
                piece = os.read(terminal, 65536)
            except OSError:
                break
            if not piece:
                break
            written += piece
            if left and left[0][0] in written[seen:]:
                seen = written.index(left[0][0], seen) + len(left[0][0])
                answer = left.pop(0)[1]
                os.write(terminal, answer() if callable(answer) else answer)
        os.close(terminal)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, 0)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), written

    def test_a_password_is_asked_for_without_echo(self):
        self.write(password="")
        code, written = self.on_terminal("sync", answers=[(b"Password for account work: ", b"xx\x15pq\x7fw\r")])
        self.assertEqual(code, 0, written)
        self.assertNotIn(b"pw", written.split(b"account work: ")[1].split(b"\r\n")[0])
        self.assertIn(b"10 new", written)

    def test_a_password_is_asked_for_again_when_a_watching_syncs_agent_was_replaced(self):
        self.write(password="")
        question = b"Password for account work: "

        def kill():
            self.profile.signal(signal.SIGKILL, "agent")
            return b""

        def try_the_new_one():
            self.assert_ends(0, "sync")
            return b"\x03"

        code, written = self.on_terminal("sync", "--watch", answers=[
            (question, b"pw\r"), (b"10 new", kill), (question, b"pw\r"), (b"\r\n", try_the_new_one)])
        self.assertEqual(code, 130, written)

    def test_a_password_that_is_not_given_fails(self):
        self.write(password="")
        code, written = self.on_terminal("sync", answers=[(b"Password for account work: ", b"\x03")])
        self.assertEqual(code, 1, written)

    def test_an_interrupt_ends_with_130(self):
        self.write(port=self.mute_server().getsockname()[1])
        with self.profile.start("sync", "--json") as sync:
            line = sync.stdout.readline()
            while line and '"connecting"' not in line:
                line = sync.stdout.readline()
            sync.send_signal(signal.SIGINT)
            rest = sync.stdout.read()
            self.assertEqual(sync.wait(SECONDS), 130, sync.stderr.read())
        self.assertFalse(self.done_event(rest)["ok"])

    def test_show_fetches_what_is_not_here(self):
        self.write("download = headers")
        self.assert_ends(0, "sync")
        message = self.profile.json("show", "--json", "m3@example.org")
        self.assertEqual((message["partial"], message["text"].strip()), (False, "The body of number 3."))
        self.assertTrue(pathlib.Path(message["copies"][0]["file"]).is_file())

    def test_headers_alone_are_here_as_stubs_until_a_message_is_read(self):
        self.write("download = headers")
        self.assert_ends(0, "sync")
        files = [path.name for path in (self.profile.mail / "work/INBOX").glob("*/*")]
        self.assertEqual((len(files), len([name for name in files if ",P" in name])), (10, 10))
        self.assertEqual(self.profile.json("count", "--json", "subject:Number")["messages"], 10)
        self.assertEqual(self.profile.json("count", "--json", "body")["messages"], 0)
        self.profile.json("show", "--json", "m3@example.org")
        trace = self.profile.home / "trace"
        self.assert_ends(0, "sync", "--trace", str(trace))
        self.assertEqual(self.profile.json("count", "--json", "body")["messages"], 1)
        files = [path.name for path in (self.profile.mail / "work/INBOX").glob("*/*")]
        self.assertEqual((len(files), len([name for name in files if ",P" in name])), (10, 9))
        self.assertNotIn("BODY.PEEK", trace.read_text(errors="replace"))
        self.write("download = full")
        self.assert_ends(0, "sync")
        self.assertEqual(self.profile.json("count", "--json", "body")["messages"], 10)
        self.assertEqual(list((self.profile.mail / "work/INBOX").glob("*/*,P*")), [])

    def test_tags_changed_in_great_numbers_wait_for_a_word(self):
        inbox = self.profile.mail / "old/INBOX"
        for folder in ("cur", "new", "tmp"):
            (inbox / folder).mkdir(parents=True)
        for number in range(1100):
            (inbox / f"cur/{number}.x:2,S").write_text(MAIL.format(number=number))
        self.profile.write_config('account old {\n email = "a@example.org"\n incoming = local:\n}\n')
        self.assert_ends(0, "sync")
        config = self.profile.home / "notmuch-config"
        config.write_text(f"[database]\npath={self.profile.mail}\n")
        subprocess.run(["notmuch", "tag", "+mass", "*"], check=True,
                       env=dict(self.profile.environment, NOTMUCH_CONFIG=str(config)))

        def kept():
            return self.profile.database("old").execute("SELECT count(*) FROM msg WHERE lkw='mass'").fetchone()[0]
        self.assertIn("--take-tags", self.assert_ends(0, "sync").stderr)
        self.assertEqual(kept(), 0)
        self.assert_ends(2, "sync", "--take-tags", "--drop-tags")
        self.assert_ends(0, "sync", "--take-tags")
        self.assertEqual(kept(), 1100)
        self.assertNotIn("--take-tags", self.assert_ends(0, "sync").stderr)

    def test_what_is_too_large_is_here_as_a_stub(self):
        self.write("max-size = 100")
        self.assert_ends(0, "sync")
        self.assertEqual(len(list((self.profile.mail / "work/INBOX").glob("*/*,P*"))), 10)

    def test_show_offline_gives_what_is_known_and_75(self):
        self.write("download = headers")
        self.assert_ends(0, "sync")
        self.profile.kill()
        self.write("download = headers", port=1)
        message = json.loads(self.assert_ends(75, "show", "--json", "m4@example.org").stdout)
        self.assertEqual((message["partial"], message["subject"]), (True, "Number 4"))
        self.assertEqual((message["date"], message["date_utc"]), (1762092124, "2025-11-02T14:02:04Z"))
        self.assertEqual(message["from"], [{"name": "Ada", "addr": "ada@example.org"}])
        self.assert_ends(75, "show", "--raw", "m5@example.org")

    def test_the_trace_hides_the_password(self):
        self.write(password='password = "pw"')
        trace = self.profile.home / "trace"
        self.assert_ends(0, "sync", "--trace", str(trace))
        text = trace.read_text()
        self.assertIn("CAPABILITY", text.upper())
        self.assertNotIn("AGFkYQBwdw==", text)  # \0ada\0pw
        self.assertNotIn('"pw"', text)

    def doctor(self, code):
        return json.loads(self.assert_ends(code, "doctor", "--json").stdout)["checks"]

    def test_doctor_finds_a_good_server_good(self):
        self.write()
        checks = self.doctor(0)
        self.assertEqual([one["step"] for one in checks if one["account"] == "work"],
                         ["dns", "tcp", "tls", "login", "folders", "store"])

    def test_doctor_names_what_is_wrong(self):
        for code, step, more in ((75, "tcp", {"port": 1}), (1, "tls", {"ca": "/etc/ssl/certs/ca-certificates.crt"}),
                                 (1, "login", {"password": 'password = "wrong"'})):
            with self.subTest(step):
                self.write(**more)
                checks = self.doctor(code)
                [bad] = [one for one in checks if not one["ok"]]
                self.assertEqual(bad["step"], step)
                self.assertTrue(bad["help"])

    def test_doctor_ends_with_75_where_a_server_goes_away(self):
        gone = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(gone.close)
        threading.Thread(target=self.hang_up, args=(gone,), daemon=True).start()
        self.write(port=gone.getsockname()[1])
        [bad] = [one for one in self.doctor(75) if not one["ok"]]
        self.assertEqual(bad["step"], "tls")

    def hang_up(self, server):
        with contextlib.suppress(OSError):
            while True:
                server.accept()[0].close()


if __name__ == "__main__":
    unittest.main()
