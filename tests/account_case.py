"""A test of one account, "work", that is synced and has an agent: what every such test does with it."""

import contextlib
import pathlib
import shutil
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from agent_check import Client  # noqa: E402
from mail_look import changing_lines, files_of, flags_alone, in_files, in_store  # noqa: E402
from throwaway import Profile  # noqa: E402


class AccountCase(unittest.TestCase):
    """Its place is made by setUp; begin_account has to be called when its server runs."""

    def setUp(self):
        self.deeds = 0
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="curlew-"))
        self.place.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)

    def begin_account(self, incoming, ca):
        self.profile = Profile(self.place / "profile")
        self.addCleanup(self.profile.kill)
        self.profile.write_config(self.profile.account("work", incoming, ca))
        self.sync()

    def sync(self, code=0, trace=None):
        more = ["--trace", str(trace)] if trace else []
        done = self.profile.run("sync", *more, timeout=300)
        self.assertEqual(done.returncode, code, f"{done.stdout}{done.stderr}")

    def agent(self, account="work"):
        deadline = time.monotonic() + 30
        while True:
            lock = self.profile.state / account / "lock"
            with contextlib.suppress(OSError, IndexError):
                client = Client(lock.read_text().split("\n")[1])
                self.addCleanup(client.close)
                if client.hello().get("ok"):
                    return client
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)

    def do(self, verb, *numbers, place="INBOX", **more):
        """A deed on the copies of these messages that are in PLACE (None: anywhere); its id."""
        self.deeds += 1
        keys = [self.key(number, place) for number in numbers]
        answer = self.agent().ask(verb, deed=f"{self.deeds:06}", keys=keys, **more)
        self.assertTrue(answer["ok"], answer)
        return answer["deed"]

    def key(self, number, folder="INBOX"):
        row = self.profile.database("work").execute(
            "SELECT key FROM msg m JOIN folder f ON f.id=m.folder WHERE mid=? AND f.name=coalesce(?,f.name)"
            " AND st IN (0,1) ORDER BY m.id", (f"m{number}@example.org", folder)).fetchone()
        self.assertIsNotNone(row, f"no message {number} in {folder}")
        return row[0]

    @property
    def mail(self):
        return self.profile.mail / "work"

    def path(self, number, folder="INBOX"):
        key = self.key(number, folder)
        for path in files_of(self.mail, folder):
            if path.name.startswith(key):
                return path
        raise AssertionError(f"no file of message {number} in {folder}")

    def store_has(self, folders):
        return in_store(self.profile.database("work"), folders)

    def assert_here(self, server):
        """Store and tree have what the server has, and nothing waits."""
        store = self.store_has(server)
        self.assertEqual(server, store)
        self.assertEqual(flags_alone(store), in_files(self.mail, server))
        waits = self.profile.database("work").execute("SELECT kind,state,err FROM op").fetchall()
        self.assertEqual(waits, [])

    def assert_quiet(self):
        """A second sync changes nothing."""
        trace = self.place / "trace"
        trace.unlink(missing_ok=True)
        self.sync(trace=trace)
        self.assertEqual(changing_lines(trace), [])
