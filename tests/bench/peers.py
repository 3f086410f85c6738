"""Other mail readers beside curlew on the same messages: one Maildir, and one notmuch index of it.

aerc reads the index too: with its Maildir worker it would read every message at each start. alot lists threads,
not messages, and has no key to a place in the list.
"""

import dataclasses
import statistics
import subprocess
import typing

from bench import screen
from bench.figures import show, show_megabytes
from throwaway import SHARED

# messages that can be told by how their subjects begin
NEWEST, MIDDLE, OLDEST = b"^~^~^~", b"|&|&|&", b";@;@;@"  # no two share a column: a terminal is sent what differs
MARKS = ((NEWEST, "Sat, 21 Nov 2026 12:00:00 +0000"), (MIDDLE, "Mon, 15 Nov 2021 12:00:00 +0000"),
         (OLDEST, "Sun, 02 Jan 2000 12:00:00 +0000"))
SILENT_SECONDS = 0.15  # what ends an answer that cannot be told by what it shows
LEAVING_SECONDS = 10  # at most
ROUNDS = 5  # through the list, in each run
NEOMUTT = """\
set header_cache={place}/hcache
set folder={mail}
set sort=reverse-date
set mark_old=no
set mail_check_stats=no
set quit=yes
set realname=a
"""
AERC = """\
[all]
source = {source}
query-map = {place}/queries
default = INBOX
from = Ada <ada@example.org>
"""


@dataclasses.dataclass
class Ground:
    """Where a bench of peers takes place."""
    place: typing.Any
    mail: typing.Any  # the root of the notmuch index
    box: typing.Any  # the Maildir
    programs: typing.Any  # curlew's
    environment: dict
    position: int = 0  # MIDDLE's, the newest is 1

    def write(self, name, text):
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(place=self.place, mail=self.mail, box=self.box,
                                    source=f"notmuch://{self.mail}"))
        path.chmod(0o600)
        return path


def start_curlew(ground):
    return [ground.programs / "curlew"]


def start_neomutt(ground):
    return ["neomutt", "-n", "-F", ground.write("neomuttrc", NEOMUTT), "-R", "-f", ground.box]


def start_aerc(ground):
    ground.write("config/aerc/accounts.conf", AERC)
    ground.write("config/aerc/aerc.conf", "[ui]\nsort = -r date\n")
    ground.write("queries", "INBOX=*\n")
    return ["aerc"]


def start_alot(ground):
    config = ground.write("alotrc", "initial_command = search *\n[bindings]\n[[search]]\nhome = move first\n")
    index = ground.write("notmuch", "[database]\npath={mail}\n[user]\nname=a\nprimary_email=a@example.org\n")
    return ["env", f"NOTMUCH_CONFIG={index}", "alot", "-c", config, "-n", index, "-l", ground.place / "alot.log"]


READERS = {  # name: how it is started, its keys for the last and the first, to a place (None: it has none), to leave
    "curlew": (start_curlew, b"G", b"gg", b"gD2021-11-16\r", b"Q"),
    "neomutt, warm header cache": (start_neomutt, b"*", b"=", b"%d\r", b"x"),
    "aerc, notmuch": (start_aerc, b"G", b"g", b":select %d\r", b":quit\r"),
    "alot, threads": (start_alot, b"G", b"\x1b[H", None, b"q"),
}


def add_marks(box):
    for number, (subject, date) in enumerate(MARKS):
        (box / f"cur/{1000000000 + number}.mark.x:2,").write_text(
            f"From: Mark <mark@example.org>\nTo: ada@example.org\nSubject: {subject.decode()} is here\n"
            f"Message-ID: <mark{number}@example.org>\nDate: {date}\n\nOne of three.\n")


def prepare(ground, profile, count):
    """COUNT messages and the marks: in a Maildir, in curlew's store, and in the index that curlew makes for notmuch."""
    subprocess.run(["/usr/bin/python3", SHARED / "tools/gen_corpus.py", ground.box.parent, "-n", str(count),
                    "--folders", "1", "--layout", "fs", "--profile", "light"], check=True, stdout=subprocess.DEVNULL)
    add_marks(ground.box)
    screen.sync(profile)
    newer = "SELECT count(*) FROM msg WHERE date > (SELECT date FROM msg WHERE subject LIKE ?)"
    ground.position = profile.database("peer").execute(newer, (MIDDLE.decode() + "%",)).fetchone()[0] + 1


def one_run(ground, times, resident, name):
    """Adds to TIMES (what → name → seconds) and RESIDENT (name → MB)."""
    start, last, first, jump, leave = READERS[name]
    with screen.Terminal(start(ground), ground.environment, 40, 120) as terminal:
        taken = {"exec to first screen": [terminal.until_text(NEWEST)]}
        terminal.until_silent(1)
        taken["j"] = [terminal.key_silent(b"j", SILENT_SECONDS) for _ in range(20)]
        for _ in range(ROUNDS):
            taken.setdefault("End", []).append(terminal.key_text(last, OLDEST))
            taken.setdefault("Home", []).append(terminal.key_text(first, NEWEST))
            if jump:
                keys = jump % ground.position if b"%" in jump else jump
                taken.setdefault("jump to the middle", []).append(terminal.key_text(keys, MIDDLE))
        resident.setdefault(name, []).append(terminal.resident_mb())
        terminal.key_silent(leave, LEAVING_SECONDS)  # so that it writes its cache
    for what, seconds in taken.items():
        times.setdefault(what, {}).setdefault(name, []).extend(seconds)


def compare(ground, runs):
    times, resident = {}, {}
    for name in READERS:
        one_run(ground, {}, {}, name)  # all that can be warm is
        for _ in range(runs):
            one_run(ground, times, resident, name)
    for what, by_name in times.items():
        for name, seconds in by_name.items():
            show(f"{what}: {name}", seconds, beside_ours(by_name, name))
    for name, megabytes in resident.items():
        show_megabytes(f"resident: {name}", megabytes, beside_ours(resident, name))


def beside_ours(by_name, name):
    share = statistics.median(by_name["curlew"]) / statistics.median(by_name[name])
    return "" if name == "curlew" else f"curlew / this: {share:.3f}"


def beside(place, profile, programs, count, runs):
    """PROFILE's one account is a local one, peer."""
    box = profile.mail / "peer/INBOX"
    ground = Ground(place, profile.mail, box, programs, profile.environment)
    prepare(ground, profile, count)
    compare(ground, runs)
