#!/usr/bin/python3
"""Every word that w3m shows of an HTML-only mail must be in what the reader shows of it, over the shared corpus and
the torture set that the shared generator makes. Left out: names of pictures (w3m writes a picture without words as
its file's name), and what html_words_differences.txt gives a reason for.
Usage: html_words_check.py HELPER SHARED. Exit 77: no corpus or no w3m here."""
import codecs
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from mime_helper import Helper

HERE = pathlib.Path(__file__).resolve().parent
DIFFERENCES = HERE / 'html_words_differences.txt'
WIDTH = 80
AT_ONCE = 2
TOLD = 20  # words of a mail that are told
MEANT = {'iso-8859-1': 'windows-1252', 'us-ascii': 'utf-8', 'ks_c_5601-1987': 'cp949', 'gb2312': 'gb18030'}
META = re.compile(rb'charset=["\' ]*([\w-]+)', re.IGNORECASE)
PICTURE = re.compile(r'<(?:img|input)\b[^>]*?\bsrc\s*=\s*("[^"]*"|\'[^\']*\'|[^\s>]+)', re.IGNORECASE)
BACKGROUND = re.compile(r'<body\b[^>]*?\bbackground\s*=\s*("[^"]*"|\'[^\']*\'|[^\s>]+)', re.IGNORECASE)


def html_only(helper, path):
    """(what the reader shows, [HTML of it]) of a mail that says it in HTML alone; else None."""
    message = helper.ask(do='show', file=str(path), width=WIDTH)
    if message is None or message['text_from'] != 'html':
        return None
    apart = tuple(part['part'] for part in message['attachments'])
    inside = tuple(number + '.' for number in apart)
    parts = [part['part'] for part in message['parts'] if part['type'] == 'text/html' and
             part['part'] not in apart and not part['part'].startswith(inside)]
    shown = message['text'] + '\n' + (message.get('text_more') or '')
    return shown, [as_text(message['charset_guess'], *helper.part(str(path), part)) for part in parts]


def as_text(guess, charset, html):
    """Read with the charset that the helper took: charsets are not what is compared."""
    meta = META.search(html[:4096])
    for name in (guess, charset, meta and meta.group(1).decode(), 'utf-8'):
        try:
            return html.decode(codecs.lookup(MEANT.get(name.lower(), name)).name, 'replace')
        except (AttributeError, LookupError):
            pass
    raise AssertionError('there is UTF-8')


def w3m(html, home):
    """What it shows of a document, which goes there as UTF-8 whatever the document says of itself."""
    done = subprocess.run(['w3m', '-dump', '-T', 'text/html', '-cols', str(WIDTH), '-I', 'UTF-8', '-O', 'UTF-8'],
                          input=html.encode('utf-8', 'replace'), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          env={'HOME': home, 'PATH': os.environ['PATH'], 'LC_ALL': 'C.UTF-8'}, check=False)
    return done.stdout.decode('utf-8', 'replace')


def words(text):
    return dict.fromkeys(re.findall(r'[^\W_]+', text))


def file_names(html):
    """The words of the addresses of pictures, and what w3m says of a page's background."""
    backgrounds = BACKGROUND.findall(html)
    return words(' '.join(PICTURE.findall(html) + (['bg image', *backgrounds] if backgrounds else [])))


def missing(shown, html, dump):
    """The words that w3m shows and we do not. w3m cuts names of files; a word of signs without blanks between may be
    broken in two lines, or by the number of a link."""
    have, joined, names = words(shown), re.sub(r'\s+|\[\d+\]', '', shown), file_names(html)
    return [word for word in words(dump) if word not in have and (word.isascii() or word not in joined) and
            not any(name.startswith(word) for name in names)]


def differences():
    """{file: {word: reason}} from the table: file, words, reason, with tabs between."""
    table = {}
    for line in DIFFERENCES.read_text().splitlines():
        if line and not line.startswith('#'):
            file, listed, reason = line.split('\t')
            table.setdefault(file, {}).update(dict.fromkeys(listed.split(), reason))
    return table


def mails(helper, program, folder):
    """(name, shown, documents) of each HTML-only mail; a mail that kills the helper is another check's."""
    for path in sorted(path for path in folder.rglob('*') if path.is_file()):
        try:
            found = html_only(helper, path)
        except RuntimeError:
            helper = Helper(program)
            continue
        if found:
            yield (str(path.relative_to(folder)), *found)


def check(program, shared, torture, home):
    subprocess.run([sys.executable, shared / 'tools/make_torture.py', '--no-huge', torture], check=True,
                   stdout=subprocess.DEVNULL)
    with Helper(program) as helper:
        found = [*mails(helper, program, shared / 'corpus'), *mails(helper, program, torture)]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        dumps = list(pool.map(lambda mail: [w3m(html, home) for html in mail[2]], found))
    table, compared, faults = differences(), 0, 0
    for (name, shown, documents), dumped in zip(found, dumps):
        compared += sum(len(words(dump)) for dump in dumped)
        lost = {word: None for html, dump in zip(documents, dumped) for word in missing(shown, html, dump)}
        listed = table.pop(name, {})
        for what, unexpected in (('not shown', [word for word in lost if word not in listed]),
                                 ('shown now, take it off the table', [word for word in listed if word not in lost])):
            if unexpected:
                faults += 1
                print('%s: %s: %s' % (name, what, ' '.join(unexpected[:TOLD])))
    for name in table:
        faults += 1
        print('%s: no such HTML-only mail, take it off the table' % name)
    explained = sum(map(len, differences().values()))
    print('%d HTML-only mails, %d words compared, %d differ for a reason given' % (len(found), compared, explained))
    return 1 if faults or not found else 0


def main():
    program, shared = sys.argv[1], pathlib.Path(sys.argv[2])
    lacking = [str(path) for path in (shared / 'corpus', shared / 'tools/make_torture.py') if not path.exists()]
    if lacking or not shutil.which('w3m'):
        print('SKIP: not here: %s' % ' '.join(lacking or ['w3m']))
        return 77
    with tempfile.TemporaryDirectory() as torture, tempfile.TemporaryDirectory() as home:
        return check(program, shared, pathlib.Path(torture), home)


if __name__ == '__main__':
    sys.exit(main())
