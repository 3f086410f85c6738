#!/usr/bin/python3
"""The sample mail of the demo, ui/demo/mail.mbox, which `curlew demo` carries too: two made-up accounts, dates
relative to now.

    for mail in sample_mail(): mail.account, mail.folder, mail.flags, mail.when, mail.data
    new_mail(number)          one that comes while the demo runs
    demo_mail.py DIRECTORY    writes DIRECTORY/ACCOUNT as Maildirs (Maildir++ folders)
"""
import dataclasses
import datetime
import email.utils
import os
import pathlib
import re
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parent.parent / "ui" / "demo" / "mail.mbox"


@dataclasses.dataclass
class Mail:
    account: str
    folder: str
    flags: str  # as in a Maildir name
    when: float
    data: bytes


def read(now, number):
    """(is it one that comes later?, Mail) of each; lines "From demo ACCOUNT FOLDER FLAGS AGE" stand between them."""
    for text in re.split(rb"(?m)^From demo ", SOURCE.read_bytes())[1:]:
        top, data = text.split(b"\n", 1)
        account, folder, flags, age = top.decode().split()
        when = now - (0 if age == "new" else int(age))
        date = email.utils.format_datetime(datetime.datetime.fromtimestamp(when).astimezone())
        data = data.replace(b"\nDate: @\n", f"\nDate: {date}\n".encode(), 1)
        data = data.replace(b"\nMessage-ID: <@.", f"\nMessage-ID: <new-{number}.".encode(), 1)
        yield age == "new", Mail(account, folder, flags.replace("-", ""), when, data)


def sample_mail(now=None):
    """All mails that are there at the start, in no particular order."""
    return [mail for later, mail in read(time.time() if now is None else now, 0) if not later]


def new_mail(number):
    """The one that comes as the NUMBERth, from 0 on; there is always another."""
    later = [mail for later, mail in read(time.time(), number) if later]
    return later[number % len(later)]


def write_maildirs(directory, mails):
    """Lays the mails out below DIRECTORY/ACCOUNT, INTERNALDATE as the file's time."""
    for number, mail in enumerate(mails):
        box = pathlib.Path(directory) / mail.account
        if mail.folder != "INBOX":
            box /= "." + mail.folder
        for name in ("cur", "new", "tmp"):
            (box / name).mkdir(parents=True, exist_ok=True)
        path = box / "cur" / f"{int(mail.when)}.{number:03d}.demo:2,{mail.flags}"
        path.write_bytes(mail.data)
        os.utime(path, (mail.when, mail.when))


def deliver(directory, mail, number):
    """Brings one mail to a Maildir that write_maildirs made, as its owner's server would."""
    box = pathlib.Path(directory) / mail.account
    name = f"{int(mail.when)}.new-{number}.demo"
    draft = box / "tmp" / name
    draft.write_bytes(mail.data)
    owner = (box / "cur").stat()
    if os.geteuid() == 0:
        os.chown(draft, owner.st_uid, owner.st_gid)
    draft.rename(box / "new" / name)


if __name__ == "__main__":
    write_maildirs(sys.argv[1], sample_mail())
