"""The scenarios of scenarios.txt, whose head says how they are written; tests/scenario.c reads the same."""

import dataclasses
import pathlib

TABLE = pathlib.Path(__file__).resolve().parent / "scenarios.txt"
FLAGS = {"D": "\\Draft", "F": "\\Flagged", "P": "$Forwarded", "R": "\\Answered", "S": "\\Seen", "T": "\\Deleted"}
ACTORS = ("user", "disk", "there")


@dataclasses.dataclass
class Line:
    """A mail in a place, or what is done to one."""
    actor: str = ""
    verb: str = ""
    mail: int = 0       # 1: a, 2: b …
    folder: str = ""    # where it is; "": anywhere
    to: str = ""        # where it goes
    set: list = dataclasses.field(default_factory=list)  # flags and keywords, as IMAP writes them
    clear: list = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Scenario:
    name: str
    needs: set = dataclasses.field(default_factory=set)
    start: list = dataclasses.field(default_factory=list)
    syncs: list = dataclasses.field(default_factory=lambda: [[]])  # the acts before each
    end: list = dataclasses.field(default_factory=list)
    faulty: bool = False  # its server is not as it should be

    @property
    def lines(self):
        return [*self.start, *self.end, *(line for acts in self.syncs for line in acts)]


def words_of(text):
    """"FS" or "blue": a flag has a capital."""
    return [FLAGS[letter] for letter in text] if text[0].isupper() else [text]


def read_place(words):
    mail, folder, *rest = words
    return Line(mail=ord(mail) - ord("a") + 1, folder=folder, set=[one for word in rest for one in words_of(word)])


def read_act(words):
    actor, verb, *rest = words
    if verb == "new":
        return dataclasses.replace(read_place(rest), actor=actor, verb=verb)
    line = Line(actor, verb)
    if verb == "undo":
        return line
    mail, _, line.folder = rest[0].partition("@")
    line.mail = ord(mail) - ord("a") + 1
    if verb in ("move", "copy"):
        line.to = rest[1]
    for word in rest[1:] if verb == "flag" else []:
        (line.set if word[0] == "+" else line.clear).extend(words_of(word[1:]))
    return line


def read_line(scenario, words):
    if words[0] == "needs":
        scenario.needs |= set(words[1:])
    elif words[0] in ("start", "end"):
        getattr(scenario, words[0]).append(read_place(words[1:]))
    elif words[0] in ("server", "round"):
        scenario.faulty = True
    elif words[0] == "sync":
        scenario.syncs.append([])
    else:
        scenario.syncs[-1].append(read_act(words))


def load():
    scenarios = []
    for line in TABLE.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace():
            read_line(scenarios[-1], line.split())
        else:
            scenarios.append(Scenario(line))
    return scenarios
