#!/usr/bin/python3
"""The sample mail of the demo: two made-up accounts, dates relative to now.

    for mail in sample_mail(): mail.account, mail.folder, mail.flags, mail.when, mail.data
    demo_mail.py DIRECTORY    writes DIRECTORY/ACCOUNT as Maildirs (Maildir++ folders)
"""
import base64
import dataclasses
import datetime
import email.header
import email.utils
import os
import pathlib
import struct
import sys
import time
import zlib

ADA = "Ada Ashgrove <ada@example.org>"
HOME = "Ada Ashgrove <ada@example.net>"
BEN = "Ben Okafor <ben@example.org>"
CHIARA = "Chiara Conti <chiara@example.org>"
DMITRI = "Дмитрий Соколов <dmitri@example.org>"
EMI = "佐藤 恵美 <emi@example.org>"
FARAH = "فرح منصور <farah@example.net>"
GRETA = "Greta Lindqvist <greta@example.net>"
LIST = "curlew watchers <watchers@lists.example.org>"

MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclasses.dataclass
class Mail:
    account: str
    folder: str
    flags: str  # as in a Maildir name
    when: float
    data: bytes


class Letters:
    """Collects mails; `now` is the time everything is relative to."""

    def __init__(self, now):
        self.now = now
        self.mails = []

    def add(self, account, folder, flags, age, sender, subject, body, to=None, headers=(), reply_to=()):
        """Adds one mail, AGE seconds old; returns the Message-IDs that an answer to it would refer to."""
        when = self.now - age
        identity = f"<{len(self.mails) + 1:03d}.{account}.demo@example.org>"
        top = [("From", words(sender)),
               ("To", words(to or (ADA if account == "work" else HOME))),
               ("Subject", subject if subject.startswith("=?") else words(subject)),
               ("Date", email.utils.format_datetime(datetime.datetime.fromtimestamp(when).astimezone())),
               ("Message-ID", identity)]
        if reply_to:
            top += [("In-Reply-To", reply_to[-1]), ("References", "\n ".join(reply_to))]
        top += [*headers, ("MIME-Version", "1.0")]
        text = "".join(f"{name}: {value}\n" for name, value in top).encode() + body
        self.mails.append(Mail(account, folder, flags, when, text))
        return (*reply_to, identity)

    def thread(self, account, folder, flags, age, subject, pieces, step, **options):
        """One mail after the other, each an answer to the one before."""
        refers = ()
        for number, (sender, text) in enumerate(pieces):
            refers = self.add(account, folder, flags, age - number * step, sender,
                              subject if number == 0 else f"Re: {subject}", plain(text),
                              reply_to=refers, **options)


def words(text):
    """A header's text, in encoded words where it is not ASCII."""
    name, address = email.utils.parseaddr(text)
    if "@" in address and "<" in text:
        return f"{email.header.Header(name, 'utf-8').encode() if not name.isascii() else name} <{address}>"
    return text if text.isascii() else email.header.Header(text, "utf-8", maxlinelen=70).encode()


def plain(text):
    return ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
            + text.strip("\n") + "\n").encode()


def html_only(markup):
    return ("Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + markup + "\n").encode()


def multipart(kind, *parts):
    boundary = f"=-demo-{zlib.crc32(b''.join(parts)):08x}"
    lines = "".join(f"--{boundary}\n{part.decode()}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{lines}--{boundary}--\n'.encode()


def attachment(kind, name, data):
    encoded = base64.encodebytes(data).decode()
    return (f'Content-Type: {kind}; name="{name}"\nContent-Disposition: attachment; filename="{name}"\n'
            f"Content-Transfer-Encoding: base64\n\n{encoded}").encode()


def picture(size=48):
    """A PNG of a bird's eye, drawn here: rings of colour."""
    rows = b""
    for y in range(size):
        rows += b"\0"
        for x in range(size):
            ring = int(((x - size / 2) ** 2 + (y - size / 2) ** 2) ** 0.5) // 5
            rows += bytes(((20, 20, 20), (180, 120, 40), (90, 70, 50), (210, 200, 180))[ring % 4])
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def document(text):
    """A PDF of one page with one line."""
    drawing = f"BT /F1 18 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
               b"/Resources << /Font << /F1 5 0 R >> >> >>",
               b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    data, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + (b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
                   % (table, len(data)))


PATCH = """\
---
 src/tide.c | 5 ++++-
 1 file changed, 4 insertions(+), 1 deletion(-)

diff --git a/src/tide.c b/src/tide.c
index 3b18e51..9daeafb 100644
--- a/src/tide.c
+++ b/src/tide.c
@@ -12,7 +12,10 @@ tide_height(const Tide *tide, double hour)
 {
-\treturn tide->mean + tide->range * cos(hour * M_PI / 6.0);
+\tdouble lunar_hour = hour * 24.0 / 24.84;
+
+\t/* the moon is late by 50 minutes a day */
+\treturn tide->mean + tide->range * cos(lunar_hour * M_PI / 6.0);
 }
 
-- 
2.39.2
"""

LONG_THREAD = [
    (BEN, "The hide at the estuary leaks. Who has a ladder?"),
    (CHIARA, "I have one, three metres. Is that enough?"),
    (BEN, "> I have one, three metres. Is that enough?\n\nJust. When?"),
    (ADA, "Saturday morning at low tide, about nine."),
    (DMITRI, "Буду. Привезу доски и гвозди."),
    (EMI, "土曜日、行けます。お茶を持って行きます。"),
    (BEN, "Then we are five with Greta. Roof felt is ordered."),
    (CHIARA, "Low tide is at 9:42, I looked it up."),
    (ADA, "> Low tide is at 9:42\n\nSo let us meet at 9:15 at the gate."),
    (BEN, "Gate is locked on weekends. I will bring the key."),
    (EMI, "雨の予報ですが、大丈夫でしょうか。"),
    (BEN, "Rain or not, the roof will not mend itself. See you there."),
]

SHORT_THREAD = [
    (CHIARA, "Draft of the wader count is in the shared folder. 1,204 birds, 31 species."),
    (ADA, "Very good. Species 17 and 18 look swapped to me."),
    (CHIARA, "They were. Thank you!"),
    (DMITRI, "Кроншнепов 58, в прошлом году было 61."),
]

HOME_THREAD = [
    (GRETA, "Shall we take the night train or the ferry?"),
    (HOME, "The ferry. One sees more birds."),
    (GRETA, "Ferry it is. I book two cabins."),
]

LIST_THREADS = {
    "Curlews at the north shore": "Eleven this morning, two of them ringed (yellow over blue).",
    "[watchers] Monthly count: dates": "The counts are on the second Sunday of each month, as always.",
    "Which scope for a beginner?": "Something with 20x to 60x and a steady tripod; the tripod matters more.",
    "Ringing station looks for helpers": "From dawn to ten o'clock, hot soup included.",
    "Strange call at night": "A recording is attached in words: three notes, the last one falling.",
    "Nest boxes: swifts or starlings?": "Both, if the wall faces north. Leave 60 cm between them.",
}

NEWS = """<html><head><title>ignored</title><style>p { color: green }</style></head><body>
<h1>The Estuary Letter</h1>
<p>Dear friends of the <b>mud flats</b>,</p>
<p>spring is here, and so are <i>Numenius arquata</i> and company. <a href="https://example.org/letter">Read
more</a> about:</p><ul><li>the new boardwalk</li><li>the café, open again</li></ul>
<table><tr><td>High tide</td><td>15:58</td></tr><tr><td>Low tide</td><td>09:42</td></tr></table>
<img src="https://tracker.example.com/pixel.gif" width="1" height="1">
</body></html>"""


def work_inbox(letters):
    def add(*mail, **more):
        letters.add("work", "INBOX", *mail, **more)
    letters.thread("work", "INBOX", "S", 3 * DAY, "Roof of the hide", LONG_THREAD, 5 * HOUR)
    letters.thread("work", "INBOX", "RS", 9 * DAY, "Wader count", SHORT_THREAD, 4 * HOUR)
    add("", 25 * MINUTE, BEN, "Key for the gate", plain("It hangs behind the door of the office. Second hook."))
    add("F", 2 * HOUR, CHIARA, "Budget for the boardwalk", multipart("mixed", plain(
        "The offer is attached. They want an answer by Friday."),
        attachment("application/pdf", "offer.pdf", document("Boardwalk, 120 m: 8,400 EUR"))))
    add("", 5 * HOUR, EMI, "写真を送ります 📷", multipart("mixed", plain(
        "昨日の写真です。ダイシャクシギの目がきれいに撮れました。"), attachment("image/png", "eye.png", picture())))
    add("S", DAY, DMITRI, "Отчёт о миграции", plain("Привет!\n\nОтчёт готов: 214 птиц за три дня. Таблица завтра.\n\nД."))
    add("", 26 * HOUR, "Hafenamt <amt@example.org>", "Sperrung der Zufahrt – Änderung", plain(
        "Sehr geehrte Frau Ashgrove,\n\ndie Zufahrt ist am Donnerstag gesperrt. Größere Fahrzeuge müssen über die "
        "Süderstraße fahren.\n\nMit freundlichen Grüßen\nHafenamt"))
    add("FS", 2 * DAY, "Ivo Petrov <ivo@example.org>", "[PATCH] tide: follow the moon, not the clock", plain(
        "The table drifts by fifty minutes a day.\n\nSigned-off-by: Ivo Petrov <ivo@example.org>\n" + PATCH),
        headers=[("X-Mailer", "git-send-email 2.39.2")])
    add("", 3 * DAY, "Trickster <trick@example.com>", "=?utf-8?q?Free_=1B]0;owned=07_=1B[31mred=1B[0m_=E2=80=AEtpircs?=",
        plain("This mail tries to clear your screen, rename your window and write in red:\n\n"
              "\033[2J\033]0;owned\007\033[31mred\033[0m\n\u202ereversed\u202c zero\u200bwidth\n\n"
              "curlew does not let it: where a control character was, a harmless picture of it stands."))
    add("S", 4 * DAY, "The Estuary Letter <letter@example.org>", "The Estuary Letter: spring", html_only(NEWS),
        headers=[("List-Unsubscribe", "<https://example.org/unsubscribe>")])
    add("S", 5 * DAY, GRETA, "Two ways to say it", multipart("alternative", plain(
        "Plain words: the tide comes at four."), html_only("<p>Plain words: <b>the tide comes at four.</b></p>")))
    add("S", 6 * DAY, FARAH, "مرحبا من الميناء", plain("صباح الخير آدا،\n\nوصلت الطيور اليوم. نراك قريبا!\n\nفرح"))
    add("S", 8 * DAY, BEN, "🎉🐦 100 members!", plain("We are a hundred now. 🥳 Cake on Sunday: 🎂"))
    add("", 12 * DAY, "no-reply@example.com", "", plain("A mail without a subject."))
    add("S", 40 * DAY, CHIARA, "Minutes of the last meeting", plain("1. Roof\n2. Boardwalk\n3. Cake"))
    add("S", 41 * DAY, EMI, "会議の議事録について", plain("議事録を確認しました。屋根の件、よろしくお願いします。"))
    add("S", 70 * DAY, DMITRI, "С новым годом!", plain("С праздником! 🎄"))
    add("S", 400 * DAY, BEN, "Welcome to the group", plain("Good to have you here, Ada."))


def work_folders(letters):
    for number, (subject, text) in enumerate(LIST_THREADS.items()):
        letters.add("work", "Lists", "" if number < 2 else "S", number * 2 * DAY + 3 * HOUR,
                    (BEN, GRETA, CHIARA)[number % 3], subject, plain(text), to=LIST,
                    headers=[("List-Id", "curlew watchers <watchers.lists.example.org>"),
                             ("List-Post", "<mailto:watchers@lists.example.org>")])
    letters.add("work", "Sent", "S", 7 * DAY, ADA, "Order: roof felt, 12 m²", plain("Please send to the office."),
                to="Timber & Son <timber@example.com>")
    letters.add("work", "Sent", "S", 2 * DAY, ADA, "Re: Key for the gate?", plain("Thank you, Ben."), to=BEN)
    letters.add("work", "Drafts", "DS", 3 * HOUR, ADA, "Speech for Sunday", plain("Dear friends,\n\n…"), to=LIST)
    letters.add("work", "Trash", "S", 11 * DAY, "Lottery <win@example.com>", "You have won", plain("Nothing."))
    for number, month in enumerate(("January", "February", "March")):
        letters.add("work", "Archive", "S", (60 + 30 * number) * DAY, CHIARA, f"Count of {month}",
                    plain(f"{900 + 70 * number} birds."))


def home(letters):
    def add(*mail, **more):
        letters.add("home", *mail, **more)
    letters.thread("home", "INBOX", "S", 2 * DAY, "Ferry or train?", HOME_THREAD, 6 * HOUR)
    add("INBOX", "", 50 * MINUTE, GRETA, "Cabins booked ⛴", plain("Two cabins, outside, with a window."))
    add("INBOX", "", 7 * HOUR, "Stadtbücherei <ausleihe@example.net>", "Rückgabe fällig: „Vögel der Küste“", plain(
        "Bitte bis Freitag zurückgeben oder verlängern."))
    add("INBOX", "F", 30 * HOUR, "Dentist <praxis@example.net>", "Your appointment", plain("Tuesday, 8:30."))
    add("INBOX", "S", 3 * DAY, FARAH, "صور العطلة", plain("سأرسل الصور غدا."))
    add("INBOX", "S", 5 * DAY, "お茶の店 <cha@example.net>", "ご注文の確認", plain("煎茶 200g を発送しました。"))
    add("INBOX", "RS", 10 * DAY, "Mum <mum@example.net>", "Sunday", plain("Are you coming for lunch? Bring Greta."))
    add("INBOX", "S", 33 * DAY, "Bicycle shop <shop@example.net>", "Ready to collect", html_only(
        "<p>Your bicycle is <strong>ready</strong>.</p>"))
    add("INBOX", "S", 90 * DAY, "Zoë Brontë <zoe@example.net>", "Fête d'été – naïve question", plain("Où et quand ?"))
    add("Sent", "S", 9 * DAY, HOME, "Re: Sunday", plain("We are coming. I bring the cake."),
        to="Mum <mum@example.net>")
    add("Drafts", "DS", DAY, HOME, "To the neighbours", plain("Dear neighbours,"), to=GRETA)
    add("Archive", "S", 200 * DAY, GRETA, "Recipe: pea soup", plain("Peas, water, patience."))
    add("Trash", "S", 20 * DAY, "Shop <shop@example.com>", "50 % off everything", html_only("<h1>50 %</h1>"))


def sample_mail(now=None):
    """All mails, in no particular order."""
    letters = Letters(time.time() if now is None else now)
    work_inbox(letters)
    work_folders(letters)
    home(letters)
    return letters.mails


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


if __name__ == "__main__":
    write_maildirs(sys.argv[1], sample_mail())
