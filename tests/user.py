"""A user who does random things to mail, by the command line and on the real screen, and knows what was meant."""

import contextlib
import pathlib
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from agent_check import Client  # noqa: E402
from bench.screen import Terminal  # noqa: E402
from mail_look import difference, in_store  # noqa: E402
from meant import ASIDE  # noqa: E402
from throwaway import BUILD  # noqa: E402

FOLDERS = ["INBOX", "Archive", "Trash", "Junk", "Lists"]
LOCAL_TAG = "später"  # no keyword can be written so
TAGS = ["blue", "todo", LOCAL_TAG]
WORDS = {"unread": "\\Seen", "flagged": "\\Flagged", "replied": "\\Answered"}  # of tags that are flags
PATIENCE = 60  # seconds, after which something hangs


def id_query(numbers):
    return " or ".join(f"id:m{number}@example.org" for number in numbers)


class User:
    """Does things in PROFILE and to MEANT, and checks after each that the store shows what is meant."""

    def __init__(self, profile, meant, accounts, random):
        self.profile = profile
        self.meant = meant
        self.accounts = accounts
        self.random = random
        self.count = 0
        self.said = []  # what was done, for who reads a failure

    # ---- what is chosen ----

    def choose(self, most=5):
        """Some numbers of messages that are here."""
        here = sorted({copy.number for copy in self.meant.here()})
        return set(self.random.sample(here, min(len(here), self.random.randint(1, most))))

    def edit_words(self):
        """What `tag` is told, and what that adds and takes away."""
        told, add, remove = [], set(), set()
        for word in self.random.sample([*WORDS, *TAGS], self.random.randint(1, 2)):
            sign = self.random.choice("+-")
            told.append(sign + word)
            is_set = (sign == "+") != (word == "unread")
            (add if is_set else remove).add(WORDS.get(word, word))
        return told, frozenset(add), frozenset(remove)

    # ---- the command line ----

    def act_by_command(self, kill=False):
        """Something that changes something."""
        changed = None
        while not changed:
            changed, arguments = self.random.choice([self.edit, self.edit, self.move, self.move, self.copy])()
        self.command(*arguments, kill=kill)
        self.check()

    def edit(self):
        told, add, remove = self.edit_words()
        if self.random.random() < 0.2:
            tag = self.random.choice(TAGS)
            ghosts = {copy.number for copy in self.meant.ghosts}
            query = f"tag:{tag}" + (f" and not ({id_query(ghosts)})" if ghosts else "")
            numbers = {copy.number for copy in self.meant.here() if tag in copy.words} - ghosts
        else:
            numbers = self.choose()
            query = id_query(numbers)
        return self.meant.edit(numbers, add, remove), ["tag", *told, "--", query]

    def meant_copies(self):
        """Of some messages, by a query with a folder or without; none of which another copy may lie in Trash unmeant."""
        numbers = self.choose() - {copy.number for copy in self.meant.ghosts}
        copies = self.meant.here(numbers)
        query = id_query(numbers)
        if not numbers or self.random.random() < 0.4:
            return [copy for copy in copies if copy.folder not in ASIDE], query
        account, folder = self.random.choice([(copy.account, copy.folder) for copy in copies])
        return ([copy for copy in copies if (copy.account, copy.folder) == (account, folder)],
                f"folder:{account}/{folder} and ({query})")

    def move(self):
        copies, query = self.meant_copies()
        folder = self.random.choice(FOLDERS)
        told = self.random.choice([folder, folder.lower() if folder != "Lists" else folder])
        return self.meant.move(copies, folder), ["move", told, "--", query]

    def copy(self):
        """Each in its own account: what goes to another is not modelled."""
        copies, query = self.meant_copies()
        account = self.random.choice(sorted({copy.account for copy in copies}) or self.accounts)
        folder = self.random.choice(FOLDERS)
        copies = [copy for copy in copies if copy.account == account]
        if copies and not query.startswith("folder:"):
            query = id_query({copy.number for copy in copies})
        return self.meant.copy(copies, folder), ["move", "--copy", f"{account}/{folder}", "--", query]

    def undo_by_command(self, redo=False):
        """With REDO it is done again, and is there as if nothing had been."""
        self.meant.undo()
        self.command("undo")
        self.check()
        if redo and self.meant.can_redo():
            self.meant.redo()
            self.command("undo", "--redo")
            self.check()

    def command(self, *arguments, kill=False):
        """Curlew with these; with KILL an agent dies under it."""
        self.say(" ".join(arguments) + (" (killed)" if kill else ""))
        process = self.profile.start(*arguments)
        if kill:
            time.sleep(self.random.random() * 0.3)
            self.profile.signal(signal.SIGKILL, "agent")
        output = "".join(process.communicate(timeout=PATIENCE * 2))
        if process.returncode:
            raise AssertionError(f"{self}: exit code {process.returncode}: {output}")

    # ---- the screen ----

    @contextlib.contextmanager
    def screen(self):
        """Until the block ends it is on; what is to be done on it is told to act_on_screen."""
        self.say("screen")
        with Terminal([BUILD / "curlew"], self.profile.environment, 30, 120) as terminal:
            terminal.until_drawn()
            self.mine = []  # deeds of this screen
            yield terminal
        self.settle()

    def act_on_screen(self, terminal):
        changed = None
        while not changed:
            copy = self.random.choice(self.meant.here())
            if sum(other.number == copy.number and other.folder == copy.folder and other.account == copy.account
                   for other in self.meant.here()) > 1:
                continue  # the one of them cannot be told from the other
            before = copy.account, copy.folder
            changed, keys = self.random.choice(
                [self.press_flag, self.press_flag, self.press_tag, self.press_delete, self.press_move])(copy)
        self.press(terminal, f"c{before[0]}/{before[1]}\r/Number {copy.number}\r", keys, changed)
        if not keys.startswith("dy"):  # what is for ever is no deed that anything takes back
            self.mine.append(self.meant.done[-1])

    def press_flag(self, copy):
        key, word = self.random.choice([("U", "\\Seen"), ("F", "\\Flagged")])
        words = frozenset([word])
        return self.meant.edit({copy.number}, *((frozenset(), words) if word in copy.words else (words,))), key

    def press_tag(self, copy):
        tag = self.random.choice(TAGS[:2])
        words = frozenset([tag])
        if tag in copy.words:
            return self.meant.edit({copy.number}, remove=words), f"-{tag}\r"
        return self.meant.edit({copy.number}, add=words), f"+{tag}\r"

    def press_delete(self, copy):
        if copy.folder not in ("Trash", "Junk"):
            return self.meant.move([copy], "Trash"), "d"
        if not self.purges:
            return None, ""
        return self.meant.purge([copy]), "dy\r"

    purges = True

    def press_move(self, copy):
        key, folder = self.random.choice([("a", "Archive"), ("X", "Junk"), *(
            (f"s{copy.account}/{folder}\r", folder) for folder in FOLDERS)])
        if self.random.random() < 0.2:
            return self.meant.copy([copy], folder), f"C{copy.account}/{folder}\r"
        return self.meant.move([copy], folder), key

    def undo_on_screen(self, terminal):
        """False: what is newest was not done on this screen."""
        if not self.mine or self.mine[-1] is not self.meant.done[-1]:
            return False
        self.mine.pop()
        self.press(terminal, "", "u", self.meant.undo())
        return True

    def press(self, terminal, where, keys, accounts):
        """Until the agents of these accounts have it: a deed, or, where it is for ever and none, what comes of it."""
        before = {account: self.deeds(account) for account in accounts}
        self.say(f"{where!r} {keys!r}")
        if where:
            terminal.key(where.encode())
        terminal.key(keys.encode())
        deadline = time.monotonic() + PATIENCE
        while any(self.wrong(account) if keys.startswith("dy") else self.deeds(account) == old
                  for account, old in before.items()):
            if time.monotonic() > deadline:
                terminal.key(b"\x0c")
                raise AssertionError(f"{self}: nothing was done; the screen: {terminal.seen.decode()}")
            time.sleep(0.02)
        self.check()

    # ---- what became of it ----

    def say(self, what):
        self.count += 1
        self.said.append(f"{self.count}: {what}")

    def __str__(self):
        return "\n".join(self.said[-12:])

    def deeds(self, account):
        with contextlib.closing(self.profile.database(account)) as database:
            return set(database.execute("SELECT id,undone FROM deed").fetchall())

    def check(self):
        """What was answered is shown."""
        for account in self.accounts:
            wrong = self.wrong(account)
            if wrong:
                raise AssertionError(f"{self}\nwhat {account} shows is not what is meant: {wrong}")

    def wrong(self, account):
        with contextlib.closing(self.profile.database(account)) as database:
            found = in_store(database, FOLDERS)
        return difference(self.without_ghosts(account, found), self.meant.look(account, FOLDERS))

    def without_ghosts(self, account, found):
        """FOUND but for copies in Trash that were taken back."""
        left = [copy.number for copy in self.meant.ghosts if copy.account == account]
        wanted = list(self.meant.look(account, FOLDERS)["Trash"])
        trash = []
        for one in found["Trash"]:
            if one in wanted:
                wanted.remove(one)
            elif one[0] in left:
                left.remove(one[0])
                continue
            trash.append(one)
        return {**found, "Trash": trash}

    def settle(self):
        """Until the index has all that was done so far."""
        for account in self.accounts:
            client = Client((self.profile.state / account / "lock").read_text().split("\n")[1])
            with contextlib.closing(client):
                client.hello()
                answer = client.ask("settle")
            if not answer["ok"]:
                raise AssertionError(f"{account} does not settle: {answer}")
