"""A program of the screen on a pseudo terminal, driven and timed."""

import contextlib
import fcntl
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import struct
import termios
import time

TOLD = 3  # bytes that the program writes when it has drawn: keys taken, rows, columns
PATIENCE = 120  # seconds until a program that says nothing is given up
STROKE = re.compile(rb"\x1b\[[0-9;]*[~A-Za-z]|.", re.DOTALL)  # what one key sends
REDRAW, REDRAWN = b"\x0c", b"\x1b[H\x1b[2J"  # a key that can be told by what it writes


class Terminal:
    """A program on a terminal of its own. `with` ends it."""

    def __init__(self, argv, environment, rows=24, columns=80):
        self.drawn, self.tell = os.pipe()
        os.set_inheritable(self.tell, True)
        self.seen = b""
        self.typed = 0  # keys
        environment = dict(environment, TERM="xterm-256color", CURLEW_TEST_DRAWN_FD=str(self.tell))
        self.begin = time.monotonic()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(argv[0], [str(word) for word in argv], environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        for descriptor in (self.drawn, self.tell, self.terminal):
            os.close(descriptor)

    # ---- what it says ----

    def _read(self, seconds=None):
        """Takes in what it writes: (did it write to the terminal?, keys that are drawn; None)."""
        patience = PATIENCE if seconds is None else seconds
        ready, _, _ = select.select([self.drawn, self.terminal], [], [], patience)
        drawn = os.read(self.drawn, 65536)[-TOLD] if self.drawn in ready else None
        piece = b""
        if self.terminal in ready:
            with contextlib.suppress(OSError):  # it has ended
                piece = os.read(self.terminal, 65536)
            self.seen = (self.seen + piece)[-100000:]
        if drawn is None and not piece and seconds is None:
            raise RuntimeError(f"it says nothing any more: {self.seen[-300:]}")
        return bool(piece), drawn

    def _drain(self):
        while self._read(0) != (False, None):
            pass

    def until_drawn(self):
        """Until curlew says that all that was typed is drawn and nothing is under way."""
        while self._read()[1] != self.typed % 256:
            pass
        return time.monotonic() - self.begin

    def until_text(self, text):
        """Until any program shows this."""
        while text not in self.seen:
            self._read()
        return time.monotonic() - self.begin

    def until_silent(self, seconds):
        """Until any program has written nothing for so long; when it last wrote."""
        last = time.monotonic()
        while (said := self._read(seconds)) != (False, None):
            last = time.monotonic() if said[0] else last
        return last

    # ---- what is typed, and how long the answer takes ----

    def _type(self, keys):
        self._drain()
        return self._write(keys)

    def _write(self, keys):
        self.seen = b""
        self.typed += len(STROKE.findall(keys))
        begin = time.monotonic()
        os.write(self.terminal, keys)
        return begin

    def key(self, keys):
        """Until curlew has drawn all of it."""
        begin = self._type(keys)
        self.until_drawn()
        return time.monotonic() - begin

    def each(self, keys):
        """The same of each key by itself."""
        return [self.key(key) for key in STROKE.findall(keys)]

    def key_text(self, keys, text):
        """Until any program shows TEXT."""
        begin = self._type(keys)
        self.until_text(text)
        return time.monotonic() - begin

    def each_echo(self, keys):
        """Of letters typed at a prompt, until each stands there, whatever is still looked for."""
        return [self.key_text(key, key) for key in STROKE.findall(keys)]

    def key_shown(self, key, what):
        """Until a frame is drawn in which WHAT(frame) is another, whatever is still looked for; [] is said of a part of one."""
        self.key(REDRAW)
        before = what(self.seen)
        begin = self._write(key)
        while (now := self._new_frame(what)) == before:
            pass
        return time.monotonic() - begin

    def _new_frame(self, what):
        self._write(REDRAW)
        while REDRAWN not in self.seen or not what(self.seen):
            self._read()
        return what(self.seen)

    def while_busy(self, keys):
        """How long it takes to answer others while KEYS keep it busy: until all is drawn, but at least one."""
        self._type(keys)
        taken = []
        idle = False
        while not idle:
            begin = self._write(REDRAW)
            while REDRAWN not in self.seen:
                idle = self._read()[1] == self.typed % 256 or idle
            taken.append(time.monotonic() - begin)
            idle = idle or self._read(0)[1] == self.typed % 256
        return taken

    def key_silent(self, keys, seconds):
        """Until the last that any program writes of it."""
        begin = self._type(keys)
        return self.until_silent(seconds) - begin

    def resident_mb(self):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


def first_frame(build, environment):
    with Terminal([build / "curlew"], environment) as terminal:
        return terminal.until_drawn()


def alone(build, place):
    """The screen without its agent and indexer: what is measured is the screen."""
    place.mkdir()
    for program in ("curlew", "curlew-mime"):
        shutil.copy(build / program, place / program)
    return place


def sync(profile):
    """Takes in what lies in a profile's Maildirs, and indexes it."""
    done = profile.run("sync", timeout=3600)
    if done.returncode:
        raise RuntimeError(f"curlew sync: {done.returncode} {done.stderr[-2000:]}")
