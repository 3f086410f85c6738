"""What the two sides of an account have, message by message: a mail is a number, which its Message-ID tells.

Each answer is folder → sorted (number, sorted flags and keywords as IMAP writes them)."""

import contextlib
import re

LETTERS = {"D": "\\Draft", "F": "\\Flagged", "P": "$Forwarded", "R": "\\Answered", "S": "\\Seen", "T": "\\Deleted"}
BITS = dict(zip((1, 2, 4, 8, 16, 32), LETTERS.values()))


def mail_of(text):
    return int(re.search(rb"<m(\d+)@", text)[1])


def files_of(mail, folder):
    for sub in ("cur", "new"):
        yield from (mail / folder / sub).glob("*")


def server_has(imap, folders):
    found = {}
    for folder in folders:
        imap.select(folder, readonly=True)
        _, data = imap.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
        found[folder] = []
        for part in data or []:
            if not isinstance(part, tuple):
                continue
            flags = re.search(rb"FLAGS \(([^)]*)\)", part[0])[1].decode().split()
            found[folder].append((mail_of(part[1]), tuple(sorted(set(flags) - {"\\Recent"}))))
        found[folder].sort()
    return found


def store_has(database, folders):
    found = {folder: [] for folder in folders}
    for name, mid, loc, words in database.execute(
            "SELECT f.name,mid,loc,lkw FROM msg m JOIN folder f ON f.id=m.folder WHERE st IN (0,1)"):
        flags = {word for bit, word in BITS.items() if loc & bit} | set(words.split())
        found[name].append((int(re.match(r"m(\d+)@", mid)[1]), tuple(sorted(flags))))
    return {folder: sorted(all_of) for folder, all_of in found.items()}


def files_have(mail, folders):
    """The flags of the names: those have no keywords."""
    found = {}
    for folder in folders:
        found[folder] = []
        for path in files_of(mail, folder):
            flags = tuple(sorted(LETTERS[one] for one in path.name.partition(":2,")[2] if one in LETTERS))
            with contextlib.suppress(FileNotFoundError):
                found[folder].append((mail_of(path.read_bytes()), flags))
        found[folder].sort()
    return found


def without_keywords(sides):
    return {folder: sorted((number, tuple(sorted(set(flags) & set(LETTERS.values())))) for number, flags in all_of)
            for folder, all_of in sides.items()}


def changes_in(trace):
    """The changing commands of a trace of the protocol, and downloads."""
    sent = [line for line in trace.read_text(errors="replace").splitlines() if " C: " in line]
    return [line for line in sent if re.search(r"STORE|MOVE|COPY|APPEND|EXPUNGE|BODY\.PEEK\[\]", line)]
