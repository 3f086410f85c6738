#!/usr/bin/python3
"""A long random walk of deeds and undos beside running servers: once all is taken back, all is as it was."""

import collections
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from life import Life  # noqa: E402
from server.dovecot import knows  # noqa: E402
from throwaway import BUILD, FULL  # noqa: E402
from user import FOLDERS  # noqa: E402

STEPS = 1000 if FULL else 200
OPEN = 200  # deeds that can be taken back
SEEDS = [int(seed) for seed in os.environ.get("CURLEW_SEEDS", "1").split()]


class Walk(Life):
    kinds = {"work": "", "home": knows("MOVE"), "old": None}

    def test_all_taken_back_is_as_it_was(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                self.one_walk(seed)
                self.doCleanups()

    def one_walk(self, seed):
        self.live(seed)
        self.user.purges = False
        self.before = {account: self.server_look(account) for account in self.servers}
        self.files = self.files_by_key()
        watcher = subprocess.Popen([BUILD / "curlew", "sync", "--watch"], env=self.profile.environment,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.addCleanup(watcher.wait)
        self.addCleanup(watcher.kill)
        self.walk()
        while self.meant.done:
            self.user.undo_by_command()
        watcher.kill()
        self.profile.wait_until_left()
        self.sync()
        self.sync()
        self.assert_as_it_was()
        self.assert_quiet()
        self.assert_as_it_was()

    def walk(self):
        for _ in range(STEPS):
            grows = self.random.random() < 0.6
            if self.meant.done and (not grows or len(self.meant.done) == OPEN):
                self.user.undo_by_command(self.random.random() < 0.1)
            elif grows:
                self.user.act_by_command()

    def assert_as_it_was(self):
        self.assert_as_meant()
        for account, before in self.before.items():
            now = self.server_look(account)
            for folder in FOLDERS:
                lost = collections.Counter(before[folder]) - collections.Counter(now[folder])
                more = collections.Counter(now[folder]) - collections.Counter(before[folder])
                self.assertFalse(lost, f"{account}/{folder}")
                self.assertFalse(more and folder != "Trash", f"{account}/{folder} {more}")
        self.assertLessEqual(self.files.items(), self.files_by_key().items())

    def files_by_key(self):
        """key → its folder and flags."""
        return {path.name.partition(":")[0]: (path.parent.parent, path.name.partition(":")[2])
                for path in self.profile.mail.rglob("*/cur/*")} | {
                    path.name.partition(":")[0]: (path.parent.parent, "") for path in self.profile.mail.rglob("*/new/*")}


if __name__ == "__main__":
    unittest.main()
