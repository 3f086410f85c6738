#!/usr/bin/python3
"""The store at every persistence call: killed, out of space, failing disk; and the order of its writes.

usage: store_faults_check.py STORE_DRIVER.  CURLEW_FAULTS_ALL=1 tries every call, else about forty are picked.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

DRIVER = None
COUNT = 20
CALLS = "fdatasync,fsync,linkat,renameat2,renameat,rename,pwrite64,write,syncfs,unlinkat,unlink,mkdirat,ftruncate"
# leaks cannot be looked for under a tracer, and a death is no fault here
ENVIRONMENT = dict(os.environ, ASAN_OPTIONS="detect_leaks=0")


def body(folder, uid):
    text = (
        f"From: a{uid}@example.org\nSubject: {folder} {uid}\nMessage-ID: <{folder}.{uid}@x>\n\n"
        f"bare \r stays\n{'y' * (uid % 7 * 500)}\n"
    )
    return text.encode()


def flags(uid):
    seen, flagged = uid % 2 == 1, False
    if uid % 5 == 0:
        seen, flagged = not seen, True
    return ("F" if flagged else "") + ("S" if seen else "")


def expected():
    """folder → sorted (directory, flags, bytes)"""
    state = {}
    for folder in ("INBOX", "Lists/a"):
        state[folder] = sorted(
            ("cur" if flags(uid) else "new", flags(uid), body(folder, uid))
            for uid in range(1, COUNT + 1)
            if (folder, uid) != ("INBOX", 1)
        )
    return state


def expected_after_deeds():
    """The same, and Trash: what store_driver.c says of UIDs of INBOX."""

    def file(uid):
        letters = "".join(sorted(flags(uid) + ("R" if uid in (2, 3) else "")))
        return ("cur" if letters else "new", letters, body("INBOX", uid))

    moved, deleted, copied = range(6, 9), range(9, 12), range(3, 7)
    state = expected()
    state["INBOX"] = sorted(file(uid) for uid in range(2, COUNT + 1) if uid not in (*moved, *deleted))
    state["Lists/a"] = sorted(state["Lists/a"] + [file(uid) for uid in (*copied, *moved)])
    state["Trash"] = sorted(file(uid) for uid in deleted)
    return state


def found(root, folders=("INBOX", "Lists/a")):
    state = {}
    for folder in folders:
        files = []
        for sub in ("cur", "new"):
            path = os.path.join(root, "mail", folder, sub)
            for name in os.listdir(path):
                letters = name.split(":2,")[1] if ":2," in name else ""
                with open(os.path.join(path, name), "rb") as file:
                    files.append((sub, letters, file.read()))
        state[folder] = sorted(files)
    return state


def drive(root, *what):
    return subprocess.run(
        [DRIVER, root, str(COUNT), *what], capture_output=True, text=True, env=ENVIRONMENT, timeout=120
    )


def traced(root, *options, what=()):
    return subprocess.run(
        ["strace", "-f", "-qq", *options, DRIVER, root, str(COUNT), *what],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        timeout=120,
    )


class Faults(unittest.TestCase):
    def setUp(self):
        if not shutil.which("strace"):
            self.skipTest("strace is not installed")
        self.root = tempfile.mkdtemp(prefix="curlew-faults-")
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        probe = traced(os.path.join(self.root, "probe"), "-o", "/dev/null")
        if probe.returncode != 0:
            self.skipTest("strace cannot trace here: " + probe.stderr.strip()[:200])

    def assert_whole(self, root, why):
        again = drive(root)
        self.assertEqual(again.returncode, 0, f"{why}: {again.stderr}")
        self.assertEqual(found(root), expected(), why)
        for folder in ("INBOX", "Lists/a"):
            self.assertEqual(os.listdir(os.path.join(root, "mail", folder, "tmp")), [], why)

    def persistence_calls(self):
        log = os.path.join(self.root, "count.log")
        root = os.path.join(self.root, "count")
        shutil.rmtree(root, ignore_errors=True)
        traced(root, "-o", log, "-e", "trace=" + CALLS)
        with open(log) as file:
            return sum(1 for line in file if "(" in line)

    def points(self, share):
        total = self.persistence_calls()
        self.assertGreater(total, 60)
        if os.environ.get("CURLEW_FAULTS_ALL"):
            return range(1, total + 1)
        return range(1, total + 1, max(1, total // share))

    def test_killed_at_a_persistence_call_the_next_run_ends_the_same(self):
        killed = 0
        for point in self.points(20):
            root = os.path.join(self.root, f"kill{point}")
            run = traced(root, "-o", "/dev/null", "-e", f"inject={CALLS}:signal=KILL:when={point}")
            killed += run.returncode != 0
            self.assert_whole(root, f"killed at call {point}")
        self.assertGreater(killed, 10)

    def test_with_a_full_or_failing_disk_it_stops_with_an_error_and_the_next_run_ends_the_same(self):
        stopped = 0
        for error, share in (("ENOSPC", 12), ("EIO", 8)):
            for point in self.points(share):
                root = os.path.join(self.root, f"{error}{point}")
                run = traced(
                    root, "-o", "/dev/null", "-e", f"inject={CALLS}:error={error}:when={point}+"
                )
                self.assertIn(run.returncode, (0, 1), f"{error} from call {point}: {run.stderr}")
                stopped += run.returncode == 1
                self.assert_whole(root, f"{error} from call {point}")
        self.assertGreater(stopped, 10)

    def test_one_failed_call_loses_nothing(self):
        for point in self.points(8):
            root = os.path.join(self.root, f"once{point}")
            run = traced(root, "-o", "/dev/null", "-e", f"inject={CALLS}:error=EIO:when={point}")
            self.assertIn(run.returncode, (0, 1), f"EIO once at call {point}: {run.stderr}")
            self.assert_whole(root, f"EIO once at call {point}")

    def pulled(self, name):
        """A new directory with a whole pull in it."""
        base, root = os.path.join(self.root, "base"), os.path.join(self.root, name)
        if not os.path.exists(base):
            self.assertEqual(drive(base).returncode, 0)
        shutil.copytree(base, root, symlinks=True)
        return root

    def assert_deeds(self, root, why):
        again = drive(root, "deeds")
        self.assertEqual(again.returncode, 0, f"{why}: {again.stderr}")
        self.assertEqual(found(root, ("INBOX", "Lists/a", "Trash")), expected_after_deeds(), why)
        self.assertEqual(os.listdir(os.path.join(root, "mail/Lists/a/tmp")), [], why)

    def deed_points(self, share):
        log = os.path.join(self.root, "deeds.log")
        traced(self.pulled("count"), "-o", log, "-e", "trace=" + CALLS, what=["deeds"])
        with open(log) as file:
            total = sum(1 for line in file if "(" in line)
        self.assertGreater(total, 40)
        return range(1, total + 1, 1 if os.environ.get("CURLEW_FAULTS_ALL") else max(1, total // share))

    def test_deeds_that_are_killed_or_starved_end_the_same(self):
        stopped = 0
        for fault, times, share in (("signal=KILL", "", 24), ("error=ENOSPC", "+", 10), ("error=EIO", "", 10)):
            for point in self.deed_points(share):
                root = self.pulled(f"{fault}{point}")
                inject = f"inject={CALLS}:{fault}:when={point}{times}"
                run = traced(root, "-o", "/dev/null", "-e", inject, what=["deeds"])
                stopped += run.returncode != 0
                self.assert_deeds(root, f"{inject}: {run.stderr}")
                shutil.rmtree(root)
            shutil.rmtree(os.path.join(self.root, "count"))
        self.assertGreater(stopped, 20)

    def test_where_a_file_can_have_no_second_name_a_copy_is_a_second_file(self):
        root = self.pulled("links")
        run = traced(root, "-o", "/dev/null", "-e", "inject=linkat:error=EPERM", what=["deeds"])
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertEqual(found(root, ("INBOX", "Lists/a", "Trash")), expected_after_deeds())
        names = [os.path.join(root, "mail/Lists/a/cur", name) for name in os.listdir(os.path.join(root, "mail/Lists/a/cur"))]
        self.assertEqual({os.stat(name).st_nlink for name in names}, {1})
        self.assertEqual({os.stat(name).st_mtime // 1000 for name in names}, {1000000})

    def test_a_body_is_written_then_synced_then_renamed_then_its_directory_synced_then_committed(self):
        log = os.path.join(self.root, "order.log")
        root = os.path.join(self.root, "order")
        calls = "openat,close,write,pwrite64,syncfs,renameat2,fsync,fdatasync"
        run = traced(root, "-y", "-o", log, "-e", "trace=" + calls)
        self.assertEqual(run.returncode, 0, run.stderr)
        with open(log) as file:
            lines = [re.sub(r"^\d+\s+", "", line) for line in file]
        self.assertEqual(self.placed_in_order(lines), 2 * COUNT)

    def placed_in_order(self, lines):
        """How many bodies went the whole way; every step out of order fails."""
        dirty, durable, renamed, done = set(), set(), {}, 0
        for line in lines:
            wrote = re.match(r"write\(\d+<(.*/tmp/([^/>]+))>", line)
            moved = re.match(r'renameat2\(\d+<(.*/tmp)>, "([^"]+)", \d+<(.*)>,', line)
            if wrote:
                self.assertNotIn(wrote.group(2), durable, "written after its sync")
                dirty.add(wrote.group(2))
            elif line.startswith("syncfs("):
                durable |= dirty
                dirty = set()
            elif moved:
                self.assertIn(moved.group(2), durable, "renamed before it is durable")
                renamed[moved.group(2)] = moved.group(3)
            elif line.startswith("fsync("):
                path = re.match(r"fsync\(\d+<(.*?)>", line).group(1)
                renamed = {key: None if at == path else at for key, at in renamed.items()}
            elif re.match(r"(pwrite64|fdatasync)\(\d+<.*state\.db-wal>", line) and renamed:
                unsynced = [at for at in renamed.values() if at]
                self.assertEqual(unsynced, [], "committed before the directory is durable")
                if line.startswith("fdatasync"):
                    done += len(renamed)
                    renamed = {}
        return done


if __name__ == "__main__":
    DRIVER = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
