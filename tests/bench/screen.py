"""The screen, driven on a pseudo terminal and timed; beside it other mail readers on the same mail."""

import contextlib
import os
import pathlib
import pty
import select
import shutil
import signal
import subprocess
import time

QUIET_SECONDS = 60


class Terminal:
    """A program on a terminal of its own. `with` ends it."""

    def __init__(self, argv, environment, rows=24, columns=80):
        self.drawn, self.tell = os.pipe()
        os.set_inheritable(self.tell, True)
        self.seen = b""
        environment = dict(environment, TERM="xterm-256color", LINES=str(rows), COLUMNS=str(columns),
                           CURLEW_TEST_DRAWN_FD=str(self.tell))
        self.begin = time.monotonic()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], [str(word) for word in argv], environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        for descriptor in (self.drawn, self.tell, self.terminal):
            os.close(descriptor)

    def _read(self, descriptor):
        with contextlib.suppress(OSError):
            piece = os.read(descriptor, 65536)
            if descriptor == self.terminal:
                self.seen = (self.seen + piece)[-100000:]

    def until_drawn(self):
        """Until curlew says that all it knows is drawn (a byte on a descriptor it was given)."""
        while True:
            ready, _, _ = select.select([self.drawn, self.terminal], [], [], QUIET_SECONDS)
            for descriptor in ready:
                self._read(descriptor)
            if self.drawn in ready or not ready:
                return

    def until_text(self, text):
        """Until another program shows this."""
        while text not in self.seen:
            if not select.select([self.terminal], [], [], QUIET_SECONDS)[0]:
                raise RuntimeError(f"it never showed {text}: {self.seen[-300:]}")
            self._read(self.terminal)

    def key(self, keys):
        """Seconds from the key to the drawn answer."""
        while select.select([self.drawn], [], [], 0)[0]:  # of what came by itself meanwhile
            self._read(self.drawn)
        begin = time.monotonic()
        os.write(self.terminal, keys)
        self.until_drawn()
        return time.monotonic() - begin

    def resident_mb(self):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


def first_frame(build, environment):
    with Terminal([build / "curlew"], environment) as terminal:
        terminal.until_drawn()
        return time.monotonic() - terminal.begin


def alone(build, place):
    """The screen without its agent and indexer: what is measured is the screen."""
    place.mkdir()
    for program in ("curlew", "curlew-mime"):
        shutil.copy(build / program, place / program)
    return place


def neomutt(place, maildir):
    """Seconds until neomutt shows a Maildir whose header cache is warm."""
    config = place / "neomuttrc"
    config.write_text(f"set header_cache={place / 'hcache'}\nset folder={maildir.parent}\nset sort=reverse-date\n"
                      "set mail_check_stats=no\nset quit=yes\nset realname=a\n")
    times = []
    for _ in range(4):
        with Terminal(["neomutt", "-n", "-F", config, "-R", "-f", maildir], dict(os.environ, HOME=str(place))) as it:
            it.until_text(b"Msgs:")
            times.append(time.monotonic() - it.begin)
            os.write(it.terminal, b"x")  # leaves, and writes its cache
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline and select.select([it.terminal], [], [], 0.5)[0]:
                it._read(it.terminal)
                if not it.seen:
                    break
    return times[1:]


def fill_store(build, profile, account, rows):
    """A store of that many rows, as a header pass would have written it."""
    state = profile.state / account
    state.mkdir(parents=True)
    subprocess.run([build / "tests/store_bench", str(rows), "0", state], check=True, stdout=subprocess.DEVNULL)
