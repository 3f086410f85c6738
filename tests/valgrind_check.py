#!/usr/bin/python3
"""One sync under valgrind: the agent, release build, loses no memory and reads none it must not."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import throwaway  # noqa: E402
from server.dovecot import Dovecot  # noqa: E402

RELEASE = pathlib.Path(os.environ.get("CURLEW_RELEASE", throwaway.ROOT / "build"))
MESSAGES = 100
MAIL = """\
From: Ada Lovelace <ada{number}@example.org>
To: bob@example.org
Subject: =?utf-8?b?Tm90ZXMg?= on the engine {number}
Message-ID: <note{number}@example.org>
References: <note{before}@example.org>
Date: Mon, 02 Nov 2026 12:{minute:02}:00 +0000

Text number {number}.
"""


def is_plain(program):
    """A build that valgrind can run: there, and without sanitizers."""
    if not program.exists():
        return False
    needed = subprocess.run(["readelf", "-d", program], capture_output=True, text=True).stdout
    return "libasan" not in needed and "libubsan" not in needed


@unittest.skipUnless(shutil.which("valgrind"), "valgrind is not installed")
@unittest.skipUnless(is_plain(RELEASE / "curlew-agent"), f"no release build in {RELEASE} (./dev build)")
class Valgrind(unittest.TestCase):
    def test_a_sync_leaks_nothing(self):
        with tempfile.TemporaryDirectory(prefix="curlew-") as directory:
            place = pathlib.Path(directory)
            place.chmod(0o755)
            inbox = place / "ada/cur"
            inbox.mkdir(parents=True)
            for number in range(MESSAGES):
                text = MAIL.format(number=number, before=number // 2, minute=number % 60)
                (inbox / f"{1700000000 + number}.n{number}.host:2,{'S' if number % 3 else ''}").write_text(text)
            throwaway.BUILD = RELEASE
            with Dovecot(place, {"ada": place / "ada"}) as server, throwaway.Profile(place / "p") as profile:
                profile.write_config(
                    profile.account("work", f"imaps://ada@localhost:{server.imaps}", server.ca))
                self.run_agent(profile)

    def run_agent(self, profile):
        log = profile.home / "valgrind.log"
        agent = subprocess.Popen(
            ["valgrind", "--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite",
             "--error-exitcode=9", "--num-callers=25", f"--log-file={log}", RELEASE / "curlew-agent", "--config",
             profile.config, "work"], env=dict(profile.environment, G_SLICE="always-malloc"))
        while not (profile.state / "work/socket").exists() and agent.poll() is None:
            time.sleep(0.05)
        done = profile.run("sync")
        said = log.read_text()
        self.assertEqual(done.returncode, 0, done.stderr + said)
        code = agent.wait(120)
        said = log.read_text()
        self.assertEqual(code, 0, said)
        self.assertTrue(re.search(r"definitely lost: 0 bytes|no leaks are possible", said), said)


if __name__ == "__main__":
    unittest.main()
