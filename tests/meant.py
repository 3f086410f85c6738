"""What a user means: a plain model of the copies of messages in the folders of accounts, and of taking back."""

import dataclasses

from mail_look import tags_of, words_of

ASIDE = ("Sent", "Drafts", "Trash", "Junk")  # what lies there is moved only if the folder is named


@dataclasses.dataclass(eq=False)
class Copy:
    account: str
    number: int
    folder: str  # None: there is none
    words: frozenset
    served: bool = True  # a server has had it
    dead: bool = False  # nothing brings it back


@dataclasses.dataclass
class Change:
    copy: Copy
    before: tuple  # folder, words
    after: tuple


class Meant:
    """Each deed returns the accounts in which it changes anything; one that changes nothing is none."""

    def __init__(self, local_tags=()):
        self.copies = []
        self.done, self.undone = [], []  # deeds: lists of Change
        self.ghosts = {}  # copy that was taken back → its words: if a server has it already, it is in Trash
        self.local_tags = frozenset(local_tags)  # no server can have them

    def put(self, account, folder, number, words=()):
        self.copies.append(Copy(account, number, folder, frozenset(words)))

    def here(self, numbers=None):
        return [copy for copy in self.copies
                if copy.folder and (numbers is None or copy.number in numbers)]

    # ---- deeds ----

    def edit(self, numbers, add=frozenset(), remove=frozenset()):
        return self._do([Change(copy, (copy.folder, copy.words), (copy.folder, (copy.words | add) - remove))
                         for copy in self.here(numbers)])

    def move(self, copies, folder):
        return self._do([Change(copy, (copy.folder, copy.words), (folder, copy.words)) for copy in copies])

    def copy(self, copies, folder):
        new = [Copy(copy.account, copy.number, None, copy.words, False) for copy in copies if copy.folder != folder]
        self.copies += new
        return self._do([Change(copy, (None, copy.words), (folder, copy.words)) for copy in new])

    def purge(self, copies):
        """For ever: nothing takes it back, nor what was done to it before."""
        for copy in copies:
            copy.dead = True
        return self._apply([Change(copy, (copy.folder, copy.words), (None, copy.words)) for copy in copies])

    def _do(self, changes):
        changes = [change for change in changes if change.before != change.after]
        if changes:
            self.done.append(changes)
            self.undone.clear()
        return self._apply(changes)

    @staticmethod
    def _apply(changes):
        for change in changes:
            change.copy.folder, change.copy.words = change.after
        return {change.copy.account for change in changes}

    def undo(self):
        """What was copied here, no server had, and is taken back does not come back."""
        changes = self.done.pop()
        for change in changes:
            change.copy.dead |= change.after[0] is None and not change.copy.served
        back = [Change(change.copy, change.after, change.before) for change in reversed(changes)
                if not change.copy.dead]
        self.ghosts |= {change.copy: change.copy.words for change in back if change.after[0] is None}
        if back:
            self.undone.append(back)
        self._apply(back)
        return {change.copy.account for change in changes}

    def can_redo(self):
        """What a server has of a copy to Trash stays there: there is nothing to do again."""
        return bool(self.undone) and any((change.before[0], change.after[0]) != ("Trash", None)
                                         for change in self.undone[-1])

    def redo(self):
        changes = [Change(change.copy, change.after, change.before) for change in reversed(self.undone.pop())
                   if not change.copy.dead]
        for change in changes:
            self.ghosts.pop(change.copy, None)
        self.done.append(changes)
        return self._apply(changes)

    # ---- how it is to look ----

    def look(self, account, folders, on_server=False):
        """As mail_look has it."""
        hidden = self.local_tags if on_server else frozenset()
        found = {folder: [] for folder in folders}
        for copy in self.here():
            if copy.account == account:
                found[copy.folder].append((copy.number, words_of(copy.words - hidden)))
        return {folder: sorted(all_of) for folder, all_of in found.items()}

    def tags(self):
        return tags_of((copy.number, copy.words) for copy in self.here())
