"""An IMAP server over TLS whose mailboxes are what a test says, and which lies where a test wants it to.

    with HostileImap(certificates, {b"INBOX": Box(messages)}) as server:
        server.on_body = lambda session, box, uid, body: session.cut_after(body, 100)

Every hook may write what it likes to the session, or end it. What clients asked for is kept in `commands`.
"""
import re
import socket
import ssl
import threading

CAPABILITIES = b"IMAP4rev1 LITERAL+ AUTH=PLAIN SASL-IR"
LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r\n$")
DATE = b"01-Jan-2024 10:00:00 +0000"


class Box:
    """One mailbox: UID → message (CRLF)."""

    def __init__(self, messages=(), uidvalidity=1, first=1):
        self.messages = {first + number: message for number, message in enumerate(messages)}
        self.uidvalidity = uidvalidity
        self.uidnext = None
        self.announces_uidnext = True
        self.exists = None
        self.special_use = b""
        self.flags = {}

    @property
    def next(self):
        return self.uidnext or max(self.messages, default=0) + 1

    @property
    def count(self):
        return len(self.messages) if self.exists is None else self.exists

    def within(self, ranges):
        """UIDs of a set like b"1:5,7,9:*", in order."""
        top = max(self.messages, default=0)
        found = set()
        for part in ranges.split(b","):
            ends = [top if end == b"*" else int(end) for end in part.split(b":")]
            found.update(uid for uid in self.messages if min(ends) <= uid <= max(ends))
        return sorted(found)


class Cut(Exception):
    """The session ends here, without a word."""


class Session:
    """One connection."""

    def __init__(self, server, stream):
        self.server = server
        self.stream = stream
        self.file = stream.makefile("rb")
        self.box = None
        self.tag = b"*"

    def send(self, data):
        self.stream.sendall(data)

    def cut_after(self, data, size):
        self.send(data[:size])
        raise Cut

    def mute(self):
        """Says no more, and waits until the client leaves."""
        while self.stream.recv(4096):
            pass
        raise Cut

    def line(self):
        """A whole command line, its literals included."""
        whole = b""
        while True:
            line = self.file.readline(1 << 20)
            if not line:
                raise Cut
            whole += line
            literal = LITERAL.search(line)
            if not literal:
                return whole.rstrip(b"\r\n")
            if not literal[2]:
                self.send(b"+ go on\r\n")
            whole = whole[:literal.start() - len(line)] + quote(self.file.read(int(literal[1])))

    def serve(self):
        self.send(b"* OK [CAPABILITY " + CAPABILITIES + b"] ready\r\n")
        while True:
            self.tag, _, rest = self.line().partition(b" ")
            with self.server.lock:
                self.server.commands.append(rest)
            name = rest.split(b" ")[0].upper()
            if name == b"UID":
                name = b"UID_" + rest.split(b" ")[1].upper()
            hook = self.server.on_command
            if hook and hook(self, name, rest):
                continue
            getattr(self, "do_" + name.decode(errors="replace").lower(), self.do_other)(rest)

    def ok(self, text=b"done"):
        self.send(self.tag + b" OK " + text + b"\r\n")

    def no(self, text):
        self.send(self.tag + b" NO " + text + b"\r\n")

    def do_other(self, rest):
        self.ok()

    def do_logout(self, rest):
        self.send(b"* BYE\r\n")
        self.ok()
        raise Cut

    def do_capability(self, rest):
        self.send(b"* CAPABILITY " + CAPABILITIES + b"\r\n")
        self.ok()

    def do_list(self, rest):
        for name, box in self.server.boxes.items():
            self.send(b'* LIST (%s) "/" %s\r\n' % (box.special_use, listed(name)))
        self.ok()

    def do_status(self, rest):
        name = argument(rest)
        box = self.server.boxes.get(name)
        if box is None:
            return self.no(b"[NONEXISTENT] no such folder")
        uidnext = b"UIDNEXT %d " % box.next if box.announces_uidnext else b""
        self.send(b"* STATUS %s (MESSAGES %d %sUIDVALIDITY %d)\r\n" %
                  (listed(name), box.count, uidnext, box.uidvalidity))
        return self.ok()

    def do_examine(self, rest):
        self.box = self.server.boxes.get(argument(rest))
        if self.box is None:
            return self.no(b"[NONEXISTENT] no such folder")
        self.send(b"* FLAGS (\\Seen)\r\n* %d EXISTS\r\n* OK [UIDVALIDITY %d] .\r\n" %
                  (self.box.count, self.box.uidvalidity))
        if self.box.announces_uidnext:
            self.send(b"* OK [UIDNEXT %d] .\r\n" % self.box.next)
        return self.ok(b"[READ-ONLY] examined" if rest.startswith(b"EXAMINE") else b"[READ-WRITE] selected")

    do_select = do_examine

    def do_uid_search(self, rest):
        found = self.box.within(rest.split(b" ")[-1])
        self.send(b"* SEARCH" + b"".join(b" %d" % uid for uid in found) + b"\r\n")
        self.ok()

    def do_uid_fetch(self, rest):
        for uid in self.box.within(rest.split(b" ")[2]):
            number = sorted(self.box.messages).index(uid) + 1
            body = self.box.messages[uid]
            if b"BODY.PEEK[]" in rest:
                if not (self.server.on_body and self.server.on_body(self, number, uid, body)):
                    self.send_body(number, uid, body)
            elif b"HEADER.FIELDS" in rest:
                if not (self.server.on_header and self.server.on_header(self, number, uid, body)):
                    self.send_header(number, uid, body)
            elif b"BODY.PEEK[HEADER]" in rest:
                header = body.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
                self.send(b"* %d FETCH (UID %d BODY[HEADER] {%d}\r\n%s)\r\n" % (number, uid, len(header), header))
            else:
                self.send(b"* %d FETCH (UID %d FLAGS (%s))\r\n" % (number, uid, self.box.flags.get(uid, b"")))
        self.ok()

    def send_header(self, number, uid, body, size=None):
        header = body.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        self.send(b'* %d FETCH (UID %d FLAGS (%s) INTERNALDATE "%s" RFC822.SIZE %d BODY[HEADER.FIELDS (DATE)] '
                  b"{%d}\r\n%s)\r\n" % (number, uid, self.box.flags.get(uid, b""), DATE,
                                        len(body) if size is None else size, len(header), header))

    def send_body(self, number, uid, body):
        self.send(b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (number, uid, len(body), body))


def quote(text):
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def listed(name):
    """As a server writes it: what doesn't fit into a quoted string is a literal."""
    if any(byte in name for byte in b"\r\n\0") or len(name) > 200:
        return b"{%d}\r\n%s" % (len(name), name)
    return quote(name)


def argument(rest):
    """The first argument of a command, without its quotes."""
    text = rest.partition(b" ")[2]
    if not text.startswith(b'"'):
        return text.split(b" ")[0]
    return re.sub(rb"\\(.)", rb"\1", re.match(rb'"((?:[^"\\]|\\.)*)"', text, re.DOTALL)[1], flags=re.DOTALL)


class HostileImap:
    """Listens on loopback, on a free port unless one is given; each connection has a thread."""

    def __init__(self, certificates, boxes, port=0):
        self.boxes = boxes
        self.on_body = self.on_header = self.on_command = None
        self.commands = []
        self.lock = threading.Lock()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificates.server())
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.sessions = []

    @property
    def url(self):
        return f"imaps://ada@localhost:{self.port}"

    def forget(self):
        """Ends all lies, and the memory of what was asked."""
        self.on_body = self.on_header = self.on_command = None
        self.commands = []

    def bodies_asked(self):
        return [rest for rest in self.commands if b"BODY.PEEK[]" in rest]

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self):
        while True:
            try:
                stream, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(stream,), daemon=True).start()

    def _serve(self, stream):
        try:
            with self.context.wrap_socket(stream, server_side=True) as secure:
                Session(self, secure).serve()
        except (Cut, OSError, ValueError):
            pass
