"""What a server, a Maildir tree, a store and the index have of numbered messages, in one shape to be compared.

The shape: folder → sorted [(number, words)], where words is a sorted tuple of flags as IMAP names them, and keywords. A
message whose text is not that of its number is an error.
"""

import collections
import contextlib
import imaplib
import re
import subprocess

LETTERS = {"D": "\\Draft", "F": "\\Flagged", "P": "$Forwarded", "R": "\\Answered", "S": "\\Seen", "T": "\\Deleted"}
BITS = dict(zip((1, 2, 4, 8, 16, 32), LETTERS.values()))
CHANGING = re.compile(r" C: .*\b(STORE|MOVE|COPY|APPEND|EXPUNGE|BODY\.PEEK\[\])")
FLAGS = frozenset(LETTERS.values())
FLAG_TAGS = {"draft": "\\Draft", "flagged": "\\Flagged", "passed": "$Forwarded", "replied": "\\Answered"}


def mail(number):
    return (f"From: Ada <ada@example.org>\r\nSubject: Number {number}\r\nMessage-ID: <m{number}@example.org>\r\n"
            f"Date: Sun, 02 Nov 2025 14:02:{number % 60:02} +0000\r\n\r\nThe body of number {number}.\r\n").encode()


def number_of(text):
    """Of a whole message, with any line ends, and with the header that mbsync writes into what it copies."""
    text = re.sub(rb"^X-TUID: \S+\r?\n", b"", text, flags=re.MULTILINE)
    number = int(re.search(rb"<m(\d+)@", text)[1])
    if text.replace(b"\r\n", b"\n") != mail(number).replace(b"\r\n", b"\n"):
        raise AssertionError(f"message {number} is not as it was: {text!r}")
    return number


def words_of(words):
    return tuple(sorted(words))


def flags_alone(looked):
    """The same without keywords, as files have it."""
    return {folder: sorted((number, words_of(FLAGS & set(words))) for number, words in found)
            for folder, found in looked.items()}


def difference(one, other):
    """What ONE alone and OTHER alone have, each as folder → list; {} if they are equal."""
    found = {}
    for folder in one.keys() | other.keys():
        here, there = (collections.Counter(look.get(folder, ())) for look in (one, other))
        if here != there:
            found[folder] = {"more": sorted((here - there).elements()), "less": sorted((there - here).elements())}
    return found


@contextlib.contextmanager
def login(port, user="ada"):
    client = imaplib.IMAP4("127.0.0.1", port)
    client.login(user, "pw")
    yield client
    client.logout()


def on_server(imap, folders):
    found = {}
    for folder in folders:
        imap.select(folder, readonly=True)
        _, data = imap.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[])")
        found[folder] = []
        for part in data or []:
            if isinstance(part, tuple):
                flags = re.search(rb"FLAGS \(([^)]*)\)", part[0])[1].decode().split()
                found[folder].append((number_of(part[1]), words_of(set(flags) - {"\\Recent"})))
        found[folder].sort()
    return found


def in_store(database, folders):
    found = {folder: [] for folder in folders}
    for name, mid, loc, words in database.execute(
            "SELECT f.name,mid,loc,lkw FROM msg m JOIN folder f ON f.id=m.folder WHERE st IN (0,1)"):
        flags = {word for bit, word in BITS.items() if loc & bit}
        found[name].append((int(re.match(r"m(\d+)@", mid)[1]), words_of(flags | set(words.split()))))
    return {folder: sorted(all_of) for folder, all_of in found.items()}


def files_of(root, folder):
    for sub in ("cur", "new"):
        yield from (root / folder / sub).glob("*")


def in_files(root, folders):
    """Of Maildirs below ROOT: flags alone. One that goes while it is looked at is left out."""
    found = {folder: [] for folder in folders}
    for folder in folders:
        for path in files_of(root, folder):
            letters = path.name.partition(":2,")[2]
            with contextlib.suppress(FileNotFoundError):
                found[folder].append((number_of(path.read_bytes()),
                                      words_of(LETTERS[one] for one in letters if one in LETTERS)))
        found[folder].sort()
    return found


def notmuch(profile, *words):
    """What the program says of the index of PROFILE."""
    config = profile.home / "notmuch-config"
    config.write_text(f"[database]\npath={profile.mail}\n[user]\nname=Ada\nprimary_email=ada@example.org\n")
    return subprocess.run(["notmuch", *words], env={**profile.environment, "NOTMUCH_CONFIG": str(config)},
                          check=True, capture_output=True, text=True).stdout


def in_index(profile):
    """number → sorted tags."""
    found = {}
    for line in notmuch(profile, "dump", "--format=batch-tag").splitlines():
        if match := re.match(r"(.*) -- id:m(\d+)@example\.org$", line):
            found[int(match[2])] = words_of(_decode(tag[1:]) for tag in match[1].split())
    return found


def _decode(tag):
    """Of a dump, where bytes are written as %xx."""
    return re.sub(rb"%([0-9a-f]{2})", lambda byte: bytes([int(byte[1], 16)]), tag.encode()).decode()


def tags_of(copies):
    """number → sorted tags, as the index is to have them of COPIES [(number, words)] in all accounts."""
    union = {}
    for number, words in copies:
        union.setdefault(number, set()).update(words)
    return {number: words_of({tag for tag, flag in FLAG_TAGS.items() if flag in words} | (words - FLAGS) |
                             ({"unread"} - ({"unread"} if "\\Seen" in words else set())))
            for number, words in union.items()}


def changing_lines(trace):
    """Of a trace: commands that change the server, or fetch a whole message."""
    return [line for line in trace.read_text(errors="replace").splitlines() if CHANGING.search(line)]
