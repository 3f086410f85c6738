"""How long mails take to read: HTML beside w3m, and each mail of the corpus and of the torture set."""

import contextlib
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import html_words_check
import manifest_check
from bench import screen
from mime_helper import Helper
from throwaway import SHARED, Profile

WIDTH = 80


@contextlib.contextmanager
def torture(*options):
    with tempfile.TemporaryDirectory(prefix="curlew-bench-") as place:
        subprocess.run([sys.executable, SHARED / "tools/make_torture.py", *options, place], check=True,
                       stdout=subprocess.DEVNULL)
        yield pathlib.Path(place)


def mails(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".json")


def timed(function, *arguments, **more):
    begin = time.perf_counter()
    result = function(*arguments, **more)
    return time.perf_counter() - begin, result


def html_beside_w3m(program, runs):
    """(our seconds, w3m's seconds) of each HTML-only mail, the median of the runs; ours from the mail's file to its
    text in the warm helper, w3m's from its start with the HTML at hand to its end."""
    if not shutil.which("w3m"):
        raise RuntimeError("w3m is not installed")
    pairs = []
    with torture("--no-huge") as made, tempfile.TemporaryDirectory() as home, Helper(program) as helper:
        for path in mails(SHARED / "corpus") + mails(made):
            found = html_words_check.html_only(helper, path)
            if found is None:
                continue
            ours = [timed(helper.ask, do="show", file=str(path), width=WIDTH)[0] for _ in range(runs)]
            theirs = [sum(timed(html_words_check.w3m, html, home)[0] for html in found[1]) for _ in range(runs)]
            pairs.append((statistics.median(ours), statistics.median(theirs)))
    return pairs


def helper_times(program):
    """[(seconds, name)] of each mail in the warm helper, the slowest first."""
    times = []
    with torture() as made, Helper(program) as helper:
        for folder in (SHARED / "corpus", made):
            for path in mails(folder):
                seconds, _ = timed(helper.ask, do="show", file=str(path), width=WIDTH)
                times.append((seconds, str(path.relative_to(folder))))
    return sorted(times, reverse=True)


def reader_times(program, place):
    """The same on the screen: from the key to the drawn mail, in an account of all those mails. PROGRAM: curlew, whose
    place has no agent."""
    with torture() as made, Profile(place) as profile:
        keys = manifest_check.fill(profile, mails(SHARED / "corpus") + mails(made))
        names = {key: source.name for source, key in keys.items()}
        with contextlib.closing(profile.database("home")) as database:
            order = [key for key, in database.execute("SELECT key FROM msg ORDER BY date DESC, id DESC")]
        times = []
        with screen.Terminal([program, "home/INBOX"], profile.environment) as terminal:
            terminal.until_drawn()
            time.sleep(1)
            for typed in (b"zT", b"gg"):
                terminal.key(typed)
            for number, key in enumerate(order):
                times.append((terminal.key(b"J" if number else b"\r"), names[key]))
    return sorted(times, reverse=True)
