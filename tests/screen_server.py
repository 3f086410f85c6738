#!/usr/bin/python3
"""An IMAP server for the screen's tests, beside them: screen_server.py DIRECTORY [PORT].

Its certificates lie below DIRECTORY. Says the port; then does what stands on a line, and says so:
    mail N SIZE   message N, of so many bytes, comes into the INBOX
It ends with its input, or by being killed: then another may be started on the same port.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from server.certificates import Certificates  # noqa: E402
from server.hostile_imap import Box, HostileImap  # noqa: E402

LINE = b"a line of a message that is as long as this\r\n"


def mail(number, size):
    head = (f"From: Ada <ada@example.org>\r\nSubject: Number {number}\r\nMessage-ID: <m{number}@example.org>\r\n"
            f"Date: Sun, 03 Jan 2010 14:02:{number % 60:02} +0000\r\n\r\nThe body of number {number}, see https://example.org/.\r\n").encode()
    return head + LINE * (max(size - len(head), 0) // len(LINE))


def main():
    box = Box([mail(number, 0) for number in range(1, 4)])
    certificates = Certificates(pathlib.Path(sys.argv[1]) / "tls")
    with HostileImap(certificates, {b"INBOX": box}, int(sys.argv[2]) if len(sys.argv) > 2 else 0) as server:
        print(server.port, certificates.ca, flush=True)
        for line in sys.stdin:
            _, number, size = line.split()
            box.messages[int(number)] = mail(int(number), int(size))
            print("done", flush=True)


main()
