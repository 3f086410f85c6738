#!/usr/bin/python3
"""A day without a server: what was meant by hundreds of deeds is what one sync makes of the mail, there and here."""

import os
import pathlib
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from life import Life  # noqa: E402
from throwaway import FULL  # noqa: E402

ACTS = 500 if FULL else 150
UNDOS = 30
KILLS = 2
ON_SCREEN = 8  # at a time
SEEDS = [int(seed) for seed in os.environ.get("CURLEW_SEEDS", "1").split()]


class OfflineDay(Life):
    messages = 60

    def test_one_sync_makes_it_as_it_was_meant(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                self.one_day(seed)
                self.doCleanups()

    def one_day(self, seed):
        self.live(seed)
        self.servers["work"].stop()
        self.day()
        self.profile.kill()
        self.servers["work"].start()
        self.sync()
        self.assert_as_meant()
        self.assert_quiet()
        self.assert_as_meant()

    def day(self):
        """As many deeds, taken back and killed under at random, a fourth of them on the screen."""
        steps = ["act"] * ACTS + ["undo"] * UNDOS
        self.random.shuffle(steps)
        count = len(steps) // 4 // ON_SCREEN * ON_SCREEN
        parts = [steps[at:at + ON_SCREEN] for at in range(0, count, ON_SCREEN)] + [[step] for step in steps[count:]]
        self.random.shuffle(parts)
        kills = self.random.sample([number for number, part in enumerate(parts) if part != ["undo"]], KILLS)
        for number, part in enumerate(parts):
            if len(part) > 1:
                self.some_on_screen(part, number in kills)
            else:
                self.one_by_command(*part, number in kills)

    def one_by_command(self, step, kill):
        if step == "act":
            self.user.act_by_command(kill)
        elif self.meant.done:
            self.user.undo_by_command()

    def some_on_screen(self, steps, kill):
        later = []
        with self.user.screen() as terminal:
            for step in steps:
                if step == "act":
                    self.user.act_on_screen(terminal)
                elif not self.user.undo_on_screen(terminal):
                    later.append(step)
                if kill:
                    self.profile.signal(signal.SIGKILL, "agent")
                    kill = False
        for step in later:
            self.one_by_command(step, False)


if __name__ == "__main__":
    unittest.main()
