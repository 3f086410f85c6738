#!/usr/bin/python3
"""A sync of fifty messages with work on both sides, killed or starved at its persistence calls: the next one ends right.

CURLEW_FULL=1 tries every call, else about twenty are picked.
"""

import contextlib
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from mail_look import mail  # noqa: E402
from throwaway import BUILD, FULL  # noqa: E402
from two_way_check import Account  # noqa: E402

CALLS = "fdatasync,fsync,linkat,renameat2,renameat,rename,pwrite64,write,syncfs,unlinkat,unlink,mkdirat,ftruncate"
# kind, how the call ends, whether all after it end so, too, and how many in a short run
FAULTS = (("killed", "signal=KILL", "", 9), ("full", "error=ENOSPC", "+", 4), ("full once", "error=ENOSPC", "", 3),
          ("failing", "error=EIO", "+", 3), ("failing once", "error=EIO", "", 3))
ROUNDS = 5


class Faults(Account):
    messages = 50

    def setUp(self):
        if not shutil.which("strace"):
            self.skipTest("strace is not installed")
        super().setUp()
        self.do("delete", 45)
        self.sync()
        self.sync()
        self.server.stop()
        self.work_here()
        self.profile.kill()
        self.other_programs_work()
        self.server.start()
        self.work_there()
        self.server.stop()
        self.base = self.place / "base"
        self.copy(self.place, self.base)
        self.server.start()

    def work_here(self):
        self.do("flag", *range(1, 6), set=["seen"])
        self.do("tag", 6, 7, 8, add=["blue"])
        self.do("move", *range(9, 15), folder="Archive")
        self.do("delete", 15, 16, 17)
        self.do("copy", 19, 20, folder="Lists")
        self.do("delete", 45, place="Trash", purge=True)

    def other_programs_work(self):
        flagged = self.path(22)
        flagged.rename(flagged.parent.parent / "cur" / f"{flagged.name.partition(':')[0]}:2,F")
        moved = self.path(23)
        moved.rename(self.profile.mail / "work/Archive/cur" / f"{moved.name.partition(':')[0]}:2,")
        self.path(24).unlink()
        (self.profile.mail / "work/INBOX/new/1000000001.M2P2.elsewhere").write_bytes(
            mail(99).replace(b"\r\n", b"\n"))

    def work_there(self):
        with self.imap() as imap:
            imap.select("INBOX")
            imap.uid("STORE", "1,25:27", "+FLAGS", "(\\Answered)")
            imap.uid("MOVE", "28:30", "Lists")
            imap.uid("STORE", "31", "+FLAGS", "(\\Deleted)")
            imap.expunge()
            for number in range(60, 65):
                imap.append("INBOX", "", None, mail(number))

    @staticmethod
    def meant():
        gone = {*range(9, 18), 23, 24, *range(28, 32), 45}
        inbox = dict.fromkeys([*(n for n in range(1, 51) if n not in gone), *range(60, 65), 99], ())
        inbox |= dict.fromkeys(range(1, 6), ("\\Seen",)) | dict.fromkeys(range(6, 9), ("blue",))
        inbox |= dict.fromkeys(range(25, 28), ("\\Answered",)) | {1: ("\\Answered", "\\Seen"), 22: ("\\Flagged",)}
        return {"INBOX": sorted(inbox.items()), "Archive": [(n, ()) for n in (*range(9, 15), 23)],
                "Trash": [(n, ()) for n in (15, 16, 17, 24)], "Junk": [],
                "Lists": [(n, ()) for n in (19, 20, 28, 29, 30)]}

    @staticmethod
    def copy(place, to):
        to.mkdir(exist_ok=True)
        for name in ("ada", "profile"):
            shutil.rmtree(to / name, ignore_errors=True)
            subprocess.run(["cp", "-a", place / name, to / name], check=True)  # owners and sockets, too

    def restore(self):
        self.profile.kill()
        self.copy(self.base, self.place)

    def traced(self, *options):
        # leaks cannot be looked for under a tracer, and a death is no fault here
        environment = dict(self.profile.environment, ASAN_OPTIONS="detect_leaks=0")
        return subprocess.run(["strace", "-f", "-qq", *options, BUILD / "curlew", "sync"], env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)

    def calls(self):
        """The most of one thread, as the tracer counts in each its own."""
        log = self.place / "calls"
        self.restore()
        run = self.traced("-o", str(log), "-e", "trace=" + CALLS)
        self.assertEqual(run.returncode, 0, run.stderr)
        counts = {}
        for thread in re.findall(r"^(\d+) +\w+\(", log.read_text(errors="replace"), re.M):
            counts[thread] = counts.get(thread, 0) + 1
        return max(counts.values())

    def test_at_every_persistence_call(self):
        most, tried, stopped = self.calls(), 0, 0
        self.assertGreater(most, 100)
        for name, how, onward, share in FAULTS:
            for point in range(1, most + 1, 1 if FULL else most // share):
                with self.subTest(f"{name} at call {point}"):
                    self.restore()
                    run = self.traced("-o", "/dev/null", "-e", f"inject={CALLS}:{how}:when={point}{onward}")
                    tried += 1
                    stopped += run.returncode != 0
                    self.assert_whole()
        print(f"{tried} faults in {most} calls of a thread, {stopped} syncs stopped by them", file=sys.stderr)
        self.assertGreater(stopped, tried // 4)

    def assert_whole(self):
        self.profile.kill()
        for left in reversed(range(ROUNDS)):
            self.sync()
            with contextlib.suppress(AssertionError) if left else contextlib.nullcontext():
                self.assertEqual(self.server_has(), self.meant())
                self.assert_agree()
                break
        self.assertEqual(self.profile.left_in_tmp(), [])


if __name__ == "__main__":
    unittest.main()
