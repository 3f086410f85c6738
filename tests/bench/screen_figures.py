"""What the screen does with 1,000,000 messages, 500 folders, a thread of 10,000 and a mail of 25 MB."""

import base64
import os
import subprocess
import time

from bench import screen
from bench.figures import show, show_keys, show_megabytes, show_worst

FOLDERS = 500
MAIL_BYTES = 25_000_000

MOVES = (  # what, what is pressed before each, the key, how often, the aim in ms
    ("j", b"", b"j", 300, "aim median < 5 ms"),
    ("k", b"", b"k", 300, "aim median < 5 ms"),
    ("PgDn", b"", b"\x1b[6~", 100, "aim < 16 ms"),
    ("End", b"gg", b"G", 20, "aim < 16 ms"),
    ("Home", b"G", b"gg", 20, "aim < 16 ms"),
    ("J, the next folder", b"", b"J", 50, "aim < 16 ms"),
)

PROMPTS = (  # what, what opens the prompt, what is typed there, the aim; measured is the Enter after it
    ("c, any folder", b"c", (b"big/INBOX", *(b"big/F%d" % number for number in range(20, FOLDERS, FOLDERS // 9))),
     "aim < 16 ms"),
    ("gD, any date", b"gD",
     (b"2004-02-29", b"2019-06", b"2011-12-31", b"2002", b"2016-03", b"2007-07-07", b"2013-10", b"2018-01-02",
      b"2009-09", b"2015-05-05"), "aim < 16 ms"),
)

SORTS = (  # what, the keys, the aim: from the key to the sorted list
    ("sort by sender", b"of", "aim ≈ 1 s"),
    ("sort by subject", b"os", "aim ≈ 1 s"),
    ("sort by size", b"oz", "aim ≈ 1 s"),
    ("by date again", b"od", "aim < 50 ms"),
)

DRAWN, ECHO, BUSY = screen.Terminal.each, screen.Terminal.each_echo, screen.Terminal.while_busy
LARGE_FOLDER = b"cbig/INBOX\r"
LONG_THREAD = b"cbig/Thread\r"

WORST = (  # what, the profile, what is typed before, how it is measured, the keys
    ("key of c with 500 folders", "big", b"", DRAWN, b"cb/f49\t\t\x7f\x7f3\r"),
    ("key of : and its Tab", "big", b"", DRAWN, b":next-un\t\t\x15page\t\r"),
    ("key of ? and its filter", "big", b"", DRAWN, b"?jjG/mess\rjgg"),
    ("letter of / in all rows", "big", b"/", ECHO, b"QZVWYFQZVWYF"),
    ("key while / goes through all rows", "big", b"", BUSY, b"/QZVW\r"),
    ("key while / finds many in all rows", "big", b"", BUSY, b"/number 77\r"),
    ("key in a thread of 10,000", "big", LONG_THREAD + b"zR", DRAWN, b"jjj\x1b[6~\x1b[6~\x1b[6~\x1b[6~Gkgg"),
    ("key while za opens a thread of 10,000", "big", LONG_THREAD + b"zM", BUSY, b"za"),
    ("key while zT lays out a thread of 10,000", "big", LONG_THREAD + b"zR", BUSY, b"zT"),
    ("za of a thread of 10,000", "big", LONG_THREAD + b"zM", DRAWN, b"zaza"),
    ("zT of a thread of 10,000", "big", LONG_THREAD + b"zR", DRAWN, b"zTzT"),
    ("key while a mail of 25 MB opens", "large", b"", BUSY, b"\r"),
    ("key in a mail of 25 MB", "large", b"\r", DRAWN, b"jj\x1b[6~\x1b[6~Gkggvq/wat\rnN"),
)


def fill_store(build, profile, account, rows):
    """A store of that many rows, as a header pass would have written it, and FOLDERS beside."""
    state = profile.state / account
    state.mkdir(parents=True)
    subprocess.run([build / "tests/store_bench", str(rows), "0", state, str(FOLDERS)], check=True,
                   stdout=subprocess.DEVNULL)


def large_mail(profile):
    """One mail, half of it text and half an attachment."""
    box = profile.mail / "large/INBOX"
    for name in ("cur", "new", "tmp"):
        (box / name).mkdir(parents=True)
    text = b"".join(b"Line %d of a long report about water and weather.\n" % line for line in range(MAIL_BYTES // 100))
    encoded = base64.encodebytes(os.urandom(MAIL_BYTES // 2 * 3 // 4))
    (box / "cur/1000000000.large.x:2,S").write_bytes(
        b"From: Ada <ada@example.org>\nTo: ada@example.org\nSubject: Large\nMessage-ID: <large@example.org>\n"
        b"Date: Mon, 02 Nov 2026 10:00:00 +0000\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\n' + text +
        b"\n--b\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
        b'Content-Disposition: attachment; filename="large.bin"\n\n' + encoded + b"--b--\n")
    screen.sync(profile)


def first_screen(programs, profile, rows, runs):
    show(f"exec to first screen, {rows} rows",
         [screen.first_frame(programs, profile.environment) for _ in range(max(runs, 9))], "aim < 50 ms")


def opened(programs, profile):
    """The screen once all it begins with is drawn."""
    terminal = screen.Terminal([programs / "curlew"], profile.environment)
    terminal.until_drawn()
    terminal.until_silent(1)
    return terminal


def keys(programs, profile, runs):
    """Every move, prompt and the memory, in RUNS screens one after the other."""
    times, resident = {}, []
    for _ in range(runs):
        with opened(programs, profile) as terminal:
            for what, before, key, often, aim in MOVES:
                for _ in range(often):
                    if before:
                        terminal.key(before)
                    times.setdefault((what, aim), []).append(terminal.key(key))
            for what, key, texts, aim in PROMPTS:
                terminal.key(LARGE_FOLDER)
                for text in texts:
                    terminal.key(key + text)
                    times.setdefault((what, aim), []).append(terminal.key(b"\r"))
            resident.append(terminal.resident_mb())
            terminal.key(LARGE_FOLDER)
            for what, key, aim in SORTS:
                times.setdefault((what, aim), []).append(terminal.key(key))
    for (what, aim), taken in times.items():
        show_keys(f"key {what}", taken, aim)
    show_megabytes("resident", resident, "aim < 60 MB")


def worst_keys(programs, profiles, runs):
    """The slowest key in each of the places where there is much to do."""
    for what, name, before, measure, typed in WORST:
        taken = []
        for _ in range(runs):
            with opened(programs, profiles[name]) as terminal:
                if before:
                    terminal.key(before)
                taken.append(measure(terminal, typed))
        show_worst(what, taken, "aim < 50 ms")


def under_load(terminal):
    """Down and up again while the first sync and the indexer run, from the first messages on."""
    terminal.until_text(b"Re: ")
    taken = []
    for step, page in ((b"j", b"\x1b[6~"), (b"k", b"\x1b[5~")) * 10:
        for number in range(20):
            time.sleep(0.02)  # as one types, so that they fall on all that goes on
            taken.append(terminal.key(step if number % 10 else page))
    return taken
