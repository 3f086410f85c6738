#!/usr/bin/python3
"""The scenarios of scenarios.txt on real servers: all of them at once on one account, each in folders of its own."""

import contextlib
import imaplib
import itertools
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import scenarios  # noqa: E402
from account_case import AccountCase  # noqa: E402
from mail_look import LETTERS, files_of, mail, number_of, on_server  # noqa: E402
from server import imap4d  # noqa: E402
from server.dovecot import Dovecot, knows  # noqa: E402

SYNCS = 5  # so many come to the end of everything
MAILS = 30  # numbers of one scenario
FLAG_WORDS = {"\\Seen": "seen", "\\Flagged": "flagged", "\\Answered": "answered", "\\Draft": "draft",
              "$Forwarded": "forwarded"}
LETTER_OF = {flag: letter for letter, flag in LETTERS.items()}


def is_keyword(word):
    return not word.startswith("\\")


def appends_flags(acts):
    """Is a file with flags dropped, or may one be?"""
    return any(line.actor == "disk" and (line.verb == "copy" or (line.verb == "new" and line.set)) for line in acts)


def names_what_is_gone(acts):
    """Is something done here to what another client took away?"""
    gone = {line.mail for line in acts if line.actor == "there" and line.verb in ("move", "remove")}
    return any(line.mail in gone or (gone and line.verb == "undo") for line in acts if line.actor != "there")


class Part:
    """One scenario in its folders; Trash is one for all, as an account has one."""

    def __init__(self, at, scenario):
        self.at, self.scenario = at, scenario
        self.deeds = []  # that can be undone

    def folder(self, name):
        return name if name == "Trash" else f"{self.at:03}/{name.capitalize()}"

    def number(self, line):
        return self.at * MAILS + line.mail

    @property
    def folders(self):
        names = {name for line in self.scenario.lines for name in (line.folder, line.to) if name}
        return [self.folder(name) for name in ("INBOX", "Arch", "Lists", "Trash") if name in names or name == "Trash"]

    def places(self, line):
        return [self.folder(line.folder)] if line.folder else self.folders

    def end(self):
        return [(self.folder(line.folder), self.number(line), tuple(sorted(line.set))) for line in self.scenario.end]


class Scenarios(AccountCase):
    """What every server has to do with them; what the server can is said by its class."""
    maxDiff = None
    login = "ada", "pw"
    expunges_some = True  # the server has UIDPLUS
    moves = True
    keeps_keywords = True
    appends_flags = True  # it gives a message that is appended the flags that are told with it
    knows_what_is_gone = True  # it takes no other message for one that is gone

    def setUp(self):
        super().setUp()
        self.client = None
        self.parts, self.left_out = [], {}
        for at, scenario in enumerate(scenarios.load(), 1):
            why = self.why_not(scenario)
            if why:
                self.left_out.setdefault(why, []).append(scenario.name)
            else:
                self.parts.append(Part(at, scenario))
        self.folders = sorted({folder for part in self.parts for folder in part.folders})

    def why_not(self, scenario):
        if scenario.needs and not self.expunges_some:
            return "it has no UIDPLUS"
        if not self.keeps_keywords and any(is_keyword(word) for line in scenario.lines for word in line.set + line.clear):
            return "it keeps no keywords"
        if not self.appends_flags and any(map(appends_flags, scenario.syncs)):
            return "it forgets the flags of what is appended"
        if not self.knows_what_is_gone and any(map(names_what_is_gone, scenario.syncs)):
            return "it takes another message for one that is gone"
        if scenario.faulty:
            return "it does what it is asked"
        return None

    @contextlib.contextmanager
    def imap(self):
        client = imaplib.IMAP4("127.0.0.1", self.server.imap)
        client.login(*self.login)
        yield client
        client.logout()

    def agent(self):
        return self.client or super().agent()

    # ---- the user ----

    def deed(self, part, line):
        if line.verb == "undo":
            answer = self.client.ask("undo", deed=part.deeds.pop())
            self.assertTrue(answer["ok"], f"{part.scenario.name}: {answer}")
            return
        verb, more = line.verb, {}
        if verb == "flag":
            more = {name: [FLAG_WORDS[word] for word in words if word in FLAG_WORDS]
                    for name, words in (("set", line.set), ("clear", line.clear))}
            words = {name: [word for word in words if word not in FLAG_WORDS]
                     for name, words in (("add", line.set), ("remove", line.clear))}
            if words["add"] or words["remove"]:
                verb, more = "tag", {**more, **words}
        elif verb == "purge":
            verb, more = "delete", {"purge": True}
        elif line.to:
            more = {"folder": part.folder(line.to)}
        place = part.folder(line.folder) if line.folder else None
        part.deeds.append(self.do(verb, part.number(line), place=place, **more))

    # ---- another program ----

    def drop(self, part, line, folder, name):
        text = mail(part.number(line)).replace(b"\r\n", b"\n")
        (self.mail / folder / "cur" / name).write_bytes(text)

    def work_on_file(self, part, line):
        if line.verb == "new":
            letters = "".join(sorted(LETTER_OF[flag] for flag in line.set))
            self.drop(part, line, part.folder(line.folder), f"1000000000.M{next(self.names)}P9.other:2,{letters}")
            return
        path = next(path for folder in part.places(line) for path in files_of(self.mail, folder)
                    if number_of(path.read_bytes()) == part.number(line))
        key, _, letters = path.name.partition(":2,")
        changed = set(letters) - {LETTER_OF[flag] for flag in line.clear} | {LETTER_OF[flag] for flag in line.set}
        folder = self.mail / part.folder(line.to) if line.to else path.parent.parent
        if line.verb == "remove":
            path.unlink()
        elif line.verb == "copy":
            self.drop(part, line, part.folder(line.to), path.name)
        else:
            key = f"1000000000.M{next(self.names)}P9.other" if line.verb == "rename" else key
            path.rename(folder / "cur" / f"{key}:2,{''.join(sorted(changed))}")

    # ---- another client ----

    def find(self, imap, part, line):
        for folder in part.places(line):
            imap.select(f'"{folder}"')
            _, found = imap.uid("SEARCH", "HEADER", "Message-ID", f"<m{part.number(line)}@example.org>")
            if found[0]:
                return found[0].split()[0].decode()
        raise AssertionError(f"{part.scenario.name}: there is no {line}")

    def expunge(self, imap, uid):
        imap.uid("STORE", uid, "+FLAGS", "(\\Deleted)")
        if self.expunges_some:
            imap.uid("EXPUNGE", uid)
        else:
            imap.expunge()

    def work_there(self, imap, part, line):
        if line.verb == "new":
            self.append(imap, part, line)
            return
        uid = self.find(imap, part, line)
        if line.verb == "flag":
            for sign, words in (("+", line.set), ("-", line.clear)):
                if words:
                    imap.uid("STORE", uid, f"{sign}FLAGS", f"({' '.join(words)})")
        elif line.verb == "remove":
            self.expunge(imap, uid)
        elif line.verb == "move" and not self.moves:
            imap.uid("COPY", uid, f'"{part.folder(line.to)}"')
            self.expunge(imap, uid)
        else:
            imap.uid(line.verb.upper(), uid, f'"{part.folder(line.to)}"')

    def append(self, imap, part, line):
        done, said = imap.append(f'"{part.folder(line.folder)}"', f"({' '.join(line.set)})", None,
                                 mail(part.number(line)))
        self.assertEqual(done, "OK", said)
        if line.set and not self.appends_flags:
            uid = self.find(imap, part, line)
            imap.uid("STORE", uid, "+FLAGS", f"({' '.join(line.set)})")

    # ---- all ----

    def acts(self, at, actor):
        for part in self.parts:
            for line in part.scenario.syncs[at] if at < len(part.scenario.syncs) else []:
                if line.actor == actor:
                    yield part, line

    def act(self, at):
        """Nobody hears of the others: the server is away, then our agent is."""
        self.server.stop()
        self.client = super().agent()
        for part, line in self.acts(at, "user"):
            self.deed(part, line)
        self.client = None
        self.profile.kill()
        for part, line in self.acts(at, "disk"):
            self.work_on_file(part, line)
        self.server.start()
        with self.imap() as imap:
            for part, line in self.acts(at, "there"):
                self.work_there(imap, part, line)

    def wrong(self, server):
        """A line for each scenario whose end is another than is told."""
        have = [(folder, number, flags) for folder, all_of in server.items() for number, flags in all_of]
        for part in self.parts:
            mine = sorted(one for one in have if one[1] // MAILS == part.at)
            if mine != sorted(part.end()):
                yield f"{part.scenario.name}: {mine}, not {sorted(part.end())}"

    def sync_to_the_end(self):
        for _ in range(SYNCS):
            self.sync()

    def play(self, incoming):
        self.names = itertools.count(1)
        with self.imap() as imap:
            for folder in self.folders:
                imap.create(f'"{folder}"')
                imap.subscribe(f'"{folder}"')
            for part in self.parts:
                for line in part.scenario.start:
                    self.append(imap, part, line)
        self.begin_account(incoming, self.server.ca)
        self.sync()
        for at in range(max(len(part.scenario.syncs) for part in self.parts)):
            self.act(at)
            self.sync_to_the_end()
        with self.imap() as imap:
            server = on_server(imap, self.folders)
        self.assertEqual("\n".join(self.wrong(server)), "")
        self.assert_here(server)
        self.assert_quiet()
        print(f"{len(self.parts)} scenarios", *(f"; {len(names)} not: {why}" for why, names in self.left_out.items()),
              sep="")


class OnDovecot(Scenarios):
    def begin(self, extra=""):
        user = self.place / "ada"
        user.mkdir()
        self.server = Dovecot(self.place, {"ada": user}, extra=extra).start()
        self.addCleanup(self.server.kill)
        self.play(f"imaps://ada@localhost:{self.server.imaps}")

    def test_all_that_it_can(self):
        self.begin()


class OnBareDovecot(OnDovecot):
    expunges_some = False

    def test_all_that_it_can(self):
        self.begin(knows())


@unittest.skipUnless(imap4d.PROGRAM.exists(), "imap4d is not unpacked (./dev does it, where it reaches Debian)")
class OnImap4d(Scenarios):
    login = imap4d.USER, imap4d.PASSWORD
    expunges_some = moves = keeps_keywords = appends_flags = knows_what_is_gone = False

    def sync_to_the_end(self):
        """It refuses what names a message that is gone; the next time that is known here."""
        for _ in range(SYNCS - 1):
            self.profile.run("sync", timeout=300)
        self.sync()

    def test_all_that_it_can(self):
        self.server = imap4d.Imap4d(self.place).start()
        self.addCleanup(self.server.kill)
        self.play(f"imaps://{imap4d.USER.replace('@', '%40')}@localhost:{self.server.imaps}")


if __name__ == "__main__":
    unittest.main()
