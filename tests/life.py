"""Accounts with mail, on servers and without one, in which a user of tests/user.py lives."""

import contextlib
import pathlib
import random
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from mail_look import (  # noqa: E402
    changing_lines, difference, flags_alone, in_files, in_index, in_store, login, mail, on_server, tags_of)
from meant import Meant  # noqa: E402
from server.dovecot import Dovecot  # noqa: E402
from throwaway import Profile  # noqa: E402
from user import FOLDERS, LOCAL_TAG, TAGS, WORDS, User  # noqa: E402

FIRST = 1001  # all numbers have four digits, so that no one is a part of another


class Life(unittest.TestCase):
    """With the accounts of KINDS: name → what Dovecot is told of its account's server, or None: no server."""
    kinds = {"work": ""}
    messages = 40
    maxDiff = None

    def live(self, seed):
        self.random = random.Random(seed)
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="curlew-"))
        self.place.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)
        self.profile = Profile(self.place / "profile")
        self.addCleanup(self.profile.kill)
        self.meant = Meant({LOCAL_TAG})
        self.servers = {}
        for account, extra in self.kinds.items():
            if extra is not None:
                self.serve(account, extra)
        self.fill()
        self.profile.write_config(*(self.config_of(account) for account in self.kinds))
        self.sync()
        self.user = User(self.profile, self.meant, list(self.kinds), self.random)
        self.user.check()

    def serve(self, account, extra):
        place = self.place / account
        place.mkdir()
        server = self.servers[account] = Dovecot(place, {"ada": place / "ada"}, extra=extra).start()
        self.addCleanup(server.kill)
        with login(server.imap) as imap:
            for folder in FOLDERS:
                imap.create(folder)
                imap.subscribe(folder)

    def config_of(self, account):
        if account not in self.servers:
            return f"account {account} {{ incoming = local: }}"
        server = self.servers[account]
        return self.profile.account(account, f"imaps://ada@localhost:{server.imaps}", server.ca)

    def fill(self):
        """Some messages are in several folders and accounts."""
        for number in range(FIRST, FIRST + self.messages):
            account = self.random.choice(list(self.kinds))
            words = self.some_words()
            self.deliver(account, self.random.choice(FOLDERS[:2] + FOLDERS[4:]), number, words)
            if self.random.random() < 0.2:
                self.deliver(self.random.choice(list(self.kinds)), self.random.choice(FOLDERS), number, words)

    def some_words(self):
        return set(self.random.sample([*WORDS.values(), *TAGS[:2]], self.random.randint(0, 3)))

    def deliver(self, account, folder, number, words):
        if account not in self.servers:
            words = set()
            box = self.profile.mail / account / folder
            for name in FOLDERS:
                for sub in ("cur", "new", "tmp"):
                    (self.profile.mail / account / name / sub).mkdir(parents=True, exist_ok=True)
            (box / "new" / f"{number}.{len(self.meant.copies)}.host").write_bytes(mail(number).replace(b"\r\n", b"\n"))
        else:
            with login(self.servers[account].imap) as imap:
                imap.append(folder, f"({' '.join(sorted(words))})", None, mail(number))
        self.meant.put(account, folder, number, words)

    def sync(self, trace=None):
        done = self.profile.run("sync", *(["--trace", str(trace)] if trace else []), timeout=300)
        self.assertEqual(done.returncode, 0, f"{done.stdout}{done.stderr}")

    # ---- how it looks ----

    def server_look(self, account):
        with login(self.servers[account].imap) as imap:
            return on_server(imap, FOLDERS)

    def store_look(self, account):
        with contextlib.closing(self.profile.database(account)) as database:
            return in_store(database, FOLDERS)

    def assert_as_meant(self):
        """Server, store, files and index; what was taken back may be in Trash, everywhere or nowhere."""
        all_copies = []
        for account in self.kinds:
            store = self.store_look(account)
            self.assert_same(account, self.user.without_ghosts(account, store), self.meant.look(account, FOLDERS))
            self.assert_same(account, in_files(self.profile.mail / account, FOLDERS), flags_alone(store))
            if account in self.servers:
                self.assert_same(account, self.server_look(account), self.without_local_tags(store))
            all_copies += [one for found in store.values() for one in found]
        self.assertEqual(in_index(self.profile), tags_of(all_copies))

    def assert_same(self, account, look, wanted):
        self.assertEqual(difference(look, wanted), {}, account)

    @staticmethod
    def without_local_tags(look):
        return {folder: sorted((number, tuple(word for word in words if word != LOCAL_TAG)) for number, words in found)
                for folder, found in look.items()}

    def assert_quiet(self):
        """A sync changes nothing, and nothing waits."""
        self.profile.wait_until_left()
        traces = pathlib.Path(tempfile.mkdtemp(dir=self.place))
        self.sync(traces / "trace")
        for trace in traces.iterdir():
            self.assertEqual(changing_lines(trace), [], trace.name)
        self.assertEqual(self.profile.json("pending", "--json")["pending"], [])
