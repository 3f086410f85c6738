#!/usr/bin/python3
"""Reads every message of the shared corpus through the real mime helper and compares what it says
with expected.json. Usage: mime_corpus_check.py HELPER CORPUS. Exit 77: no corpus here."""
import json
import os
import re
import statistics
import sys
import time

from mime_helper import Helper

# file: why we differ. (N): a fault of GMime's in the corpus' README that we make good.
EXCEPTIONS = {
    'aerc/valid__quoted-mime-type.eml': 'the quotes belong to the syntax, not to the type',
    'jwz/001.eml': 'an address without a domain has its name in the comment, too',
    'jwz/055.eml': 'an address without a domain has its name in the comment, too',
    'jwz/099.eml': 'an address without a domain has its name in the comment, too',
    'mime-tools/russian.eml': '(1) an encoded word without quotes is a name',
    'mime4j/russian-headers.eml': '(1) an encoded word without quotes is a name',
    'php-mime-mail-parser/issue250.eml': 'a line break in a name is a blank',
    'proton-bridge/multipart_attachment_encoded_no_quote.eml':
        '(1) an encoded word without quotes is a name',
    'proton-bridge/text_plain_octet_attachment_bad_2231_filename.eml':
        '(1) a name without a language is a name',
    'ruby-mail/attachment_emails__attachment_with_base64_encoded_name.eml':
        '(1) an encoded word without quotes is a name',
    'ruby-mail/error_emails__content_transfer_encoding_7-bit.eml':
        '(5) Latin-1 with C1 controls is windows-1252',
}


FIRST_LINE = 300  # characters of a first line in expected.json


def blanks(text):
    return None if text is None else re.sub(r'\s+', ' ', text).strip()


def first_line(text):
    for line in re.split(r'\r\n|\r|\n', text or ''):
        if line.strip():
            return line.strip()[:FIRST_LINE]
    return None


def reduced(message):
    """What expected.json tells of a message, from the helper's answer."""
    sender = (message['from'] or [{'name': None, 'addr': None}])[0]
    attachments = [{key: part[key] for key in ('type', 'name', 'bytes', 'sha256')}
                   for part in message['attachments']]
    text = message.get('text') if message['text_from'] in ('plain', 'raw') else None
    return {
        'subject': blanks(message['subject']) or '',
        'from_name': blanks(sender['name']) or '',
        'from_addr': sender['addr'] or '',
        'date_utc': message['date_utc'],
        'attachments': attachments,
        'text_first_line': first_line(text),
    }


def wanted(entry):
    return {
        'subject': blanks(entry['subject']) or '',
        'from_name': blanks(entry['from_name']) or '',
        'from_addr': entry['from_addr'] or '',
        'date_utc': entry['date_utc'],
        'attachments': entry['attachments'],
        'text_first_line': entry['text_first_line'],
    }


def main():
    helper, corpus = sys.argv[1:3]
    try:
        with open(os.path.join(corpus, 'expected.json')) as file:
            entries = json.load(file)['messages']
    except FileNotFoundError:
        print('SKIP: no corpus at %s' % corpus)
        return 77
    process = Helper(helper)
    differing, times = {}, []
    for entry in entries:
        path = os.path.abspath(os.path.join(corpus, entry['file']))
        begin = time.perf_counter()
        message = process.ask(do='show', file=path, width=80)
        times.append(time.perf_counter() - begin)
        got, want = reduced(message), wanted(entry)
        for field in want:
            if got[field] != want[field]:
                differing.setdefault(entry['file'], []).append(
                    '%s: %r, not %r' % (field, got[field], want[field]))
    unexplained = {file: why for file, why in differing.items() if file not in EXCEPTIONS}
    for file, why in unexplained.items():
        print(file)
        for line in why:
            print('   ', line)
    stale = [file for file in EXCEPTIONS if file not in differing]
    for file in stale:
        print('%s: agrees now, take it off the table' % file)
    print('%d of %d messages agree, %d explained exceptions; show: median %.2f ms, most %.2f ms' % (
        len(entries) - len(differing), len(entries), len(differing) - len(unexplained),
        1000 * statistics.median(times), 1000 * max(times)))
    return 1 if unexplained or stale else 0


if __name__ == '__main__':
    sys.exit(main())
