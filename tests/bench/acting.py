"""What a deed takes: on the screen, whatever runs, and until server and index know of it."""

import re
import subprocess
import time

from bench import screen
from bench.figures import show, show_keys

FLAG, ARCHIVE, NEXT, MARK_ALL, READ = b"F", b"a", b"j", b"T", b"U"
TIMES = 40
LAST_ROW = re.compile("│((?:(?!│).)*?)\r?\x1b\\[23[d;]".encode(), re.DOTALL)  # of 24, two are below the list
CHANGES = re.compile(rb" C: \S+ UID (STORE|MOVE|COPY|EXPUNGE)")


def last_row(frame):
    """Where a list moves up when a message leaves it; [] where a frame is not whole."""
    return LAST_ROW.findall(frame)[-1:]


def flag_signs(frame):
    return last_row(frame) and [frame.count(b"!")]


def one_by_one(terminal):
    """Seconds until each flag, and that each archived message has gone, is on the screen."""
    flags, archived = [], []
    for _ in range(TIMES):
        flags.append(terminal.key_shown(FLAG, flag_signs))
        terminal.key(NEXT)
        archived.append(terminal.key_shown(ARCHIVE, last_row))
    return flags, archived


def quiet_and_busy(build, profile, runs):
    """With nothing else to do, and while another account is pulled and indexed for the first time."""
    for what, busy in (("", False), (" while another account is pulled and indexed", True)):
        flags, archived = [], []
        for _ in range(runs):
            other = profile.start("sync", "load") if busy else None
            with screen.Terminal([build / "curlew", "work/INBOX"], profile.environment) as terminal:
                terminal.until_text(b"Re: ")
                some, more = one_by_one(terminal)
            flags += some
            archived += more
            if other:
                other.kill()
                other.communicate()
                profile.kill()
        show_keys("F, flag one" + what, flags, "aim < 16 ms")
        show_keys("a, archive one" + what, archived, "aim < 16 ms")


def all_read(build, profile, server, place, count):
    """All messages of a folder marked, made read with the server away; then it is told, and the index knows."""
    server.stop()
    with screen.Terminal([build / "curlew", "work/INBOX"], profile.environment) as terminal:
        terminal.until_text(b"Re: ")
        terminal.key(MARK_ALL)
        show(f"U, {count} marked messages read on the screen", [terminal.key(READ)], "aim < 100 ms")
        begin = time.monotonic()
        while left := profile.json("count", "--json", "tag:unread and folder:work/INBOX")["messages"]:
            if time.monotonic() - begin > 600:
                raise RuntimeError(f"{left} are not read in the index")
            time.sleep(0.2)
        show("until the index knows", [time.monotonic() - begin], "in the background")
    profile.kill()
    server.start()
    begin = time.monotonic()
    subprocess.run([build / "curlew", "sync", "work", "--trace", place / "trace"], env=profile.environment, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    changes = len(CHANGES.findall((place / "trace").read_bytes()))
    show("until the server knows (one sync)", [time.monotonic() - begin])
    print(f"  {'commands that tell it':<52} {changes:>10}     aim ≤ 20", flush=True)
