#!/usr/bin/python3
"""Random lives of the sync over a server in memory: argument 1 is the program that lives them (tests/sync_model.c)."""

import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mutants  # noqa: E402

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "build-asan/tests/sync_model"
LIVES = 100000 if os.environ.get("CURLEW_FULL") else 2000
PROCESSES = os.cpu_count()


class Lives(unittest.TestCase):
    def test_nothing_is_lost_and_nothing_is_doubled(self):
        share = LIVES // PROCESSES
        processes = [subprocess.Popen([PROGRAM, str(share), str(at * share)], stdout=subprocess.PIPE, text=True)
                     for at in range(PROCESSES)]
        outputs = [process.communicate()[0] for process in processes]
        for process, output in zip(processes, outputs):
            print(output.splitlines()[-1])
            self.assertEqual(process.returncode, 0, output)

    def test_the_mutants_are_of_this_tree(self):
        self.assertEqual(mutants.stale(), [])


if __name__ == "__main__":
    unittest.main()
