#!/usr/bin/python3
"""The demo: demo.py BUILD. Sample mail on a private server, a throw-away profile, the built program.

On a terminal it opens the reader, and a new mail comes now and then; off one it syncs, prints the merged inbox and ends. Whatever happens, the
server, the agents and the files end with it.
"""
import contextlib
import itertools
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "server")]
sys.dont_write_bytecode = True
from demo_mail import deliver, new_mail, sample_mail, write_maildirs  # noqa: E402
from dovecot import PASSWORD, Dovecot  # noqa: E402

ACCOUNTS = {"work": "ada@example.org", "home": "ada@example.net"}
END_SECONDS = 5
FIRST_MAIL_SECONDS = 8  # the first new mail comes soon, the others now and then
NEXT_MAIL_SECONDS = 20
MERGED_INBOX = "folder:/INBOX$/"

CONFIG = """\
account {account} {{
    name     = "Ada Ashgrove"
    email    = "{email}"
    incoming = "{scheme}://{account}@localhost:{port}"
    password = "{password}"
    ca-file  = "{ca}"
    poll     = 2
}}
"""


def profile(directory, server):
    """Writes the config of both accounts (one by TLS, one by STARTTLS); returns the environment to run in."""
    places = {f"XDG_{name}_HOME": directory / name.lower() for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    for place in places.values():
        place.mkdir(parents=True)
    config = places["XDG_CONFIG_HOME"] / "curlew" / "config"
    config.parent.mkdir()
    wires = {"work": ("imaps", server.imaps), "home": ("imap", server.imap)}
    config.touch(0o600)
    config.write_text("\n".join(
        CONFIG.format(account=account, email=email, scheme=wires[account][0], port=wires[account][1],
                      password=PASSWORD, ca=server.ca) for account, email in ACCOUNTS.items()))
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith(("CURLEW_", "NOTMUCH_", "XDG_"))}
    if not environment.get("LC_ALL") and "UTF-8" not in environment.get("LANG", "").upper():
        environment["LC_ALL"] = "C.UTF-8"
    return environment | {name: str(place) for name, place in places.items()}


def processes_of(environment):
    """Whoever runs in this profile: agents and the indexer are nobody's children."""
    mark = f"\0XDG_STATE_HOME={environment['XDG_STATE_HOME']}\0".encode()
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and mark in b"\0" + (entry / "environ").read_bytes():
                yield int(entry.name)


def end_processes(environment):
    deadline = time.monotonic() + END_SECONDS
    while found := list(processes_of(environment)):
        how = signal.SIGTERM if time.monotonic() < deadline else signal.SIGKILL
        for process in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, how)
        time.sleep(0.05)


def show_list(curlew, environment):
    """Off a terminal: sync, then the newest mail of both accounts."""
    code = subprocess.run([curlew, "sync"], env=environment, stdin=subprocess.DEVNULL, check=False).returncode
    if code != 0:
        print(f"demo: curlew sync ended with {code}", file=sys.stderr)
        return code
    sys.stdout.flush()
    return subprocess.run([curlew, "search", "--limit", "100", MERGED_INBOX], env=environment,
                          stdin=subprocess.DEVNULL, check=False).returncode


def bring_mail(served, ended):
    """On a thread of its own: new mail for the server, until ENDED."""
    pause = FIRST_MAIL_SECONDS
    for number in itertools.count():
        if ended.wait(pause):
            return
        deliver(served, new_mail(number), number)
        pause = NEXT_MAIL_SECONDS


@contextlib.contextmanager
def mail_coming(served):
    ended = threading.Event()
    bringer = threading.Thread(target=bring_mail, args=(served, ended), daemon=True)
    bringer.start()
    try:
        yield
    finally:
        ended.set()
        bringer.join()


def show_screen(curlew, environment):
    """On a terminal: the reader, while the first sync runs beside it."""
    sync = subprocess.Popen([curlew, "sync"], env=environment, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    signal.signal(signal.SIGINT, lambda *_: None)  # C-c is for the reader
    code = subprocess.run([curlew], env=environment, check=False).returncode
    sync.terminate()
    sync.wait()
    return code


def main():
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda number, _: sys.exit(128 + number))
    curlew = str(pathlib.Path(sys.argv[1]).resolve() / "curlew")
    on_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    with contextlib.ExitStack() as stack:
        directory = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="curlew-demo-")))
        directory.chmod(0o711)  # the server's mail processes may not be ours
        served = directory / "server"
        write_maildirs(served, sample_mail())
        server = stack.enter_context(Dovecot(served, {name: served / name for name in ACCOUNTS}))
        environment = profile(directory / "profile", server)
        stack.callback(end_processes, environment)
        if not on_terminal:
            return show_list(curlew, environment)
        stack.enter_context(mail_coming(served))
        return show_screen(curlew, environment)


if __name__ == "__main__":
    sys.exit(main())
