#!/usr/bin/python3
"""Generates the torture set and reads every message of it through the real mime helper: none may kill
it or take long, and what the manifest says of reading must hold. Usage: mime_torture_check.py HELPER
GENERATOR [DIRECTORY]. Exit 77: no generator here."""
import json
import os
import re
import subprocess
import sys
import tempfile
import time

from mime_helper import Helper

SECONDS = 10

# file: why a check does not hold, for now or ever.
EXCEPTIONS = {
    'headers-100000.eml': 'of a header 10,000 lines are read',
    'header-one-of-10mb.eml': 'of a header 1 MiB is read',
    'header-subject-20000-encoded-words.eml': 'of a header 10,000 lines are read',
}


def blanks(text):
    return re.sub(r'\s+', ' ', text or '').strip()


def shown(message):
    """All text that a reader could be shown of the body, the parts' names and notes."""
    texts = [message.get('text') or '', message.get('text_reflowed') or '',
             message.get('text_more') or '']
    texts += [part['name'] or '' for part in message['parts']]
    return ' '.join(blanks(text) for text in texts)


def faults(message, check):
    text = shown(message)
    for want in check.get('contains', []):
        if blanks(want) not in text:
            yield 'contains %r: not in %r' % (want, text[:200])
    for unwanted in check.get('not_contains', []):
        if blanks(unwanted) in text:
            yield 'not_contains %r' % unwanted
    sender = (message['from'] or [{'name': None, 'addr': None}])[0]
    got = {
        'subject': blanks(message['subject']),
        'from_name': blanks(sender['name']),
        'from_addr': sender['addr'] or '',
        'message_id': message['id'],
        'date_utc': message['date_utc'],
    }
    for field, value in got.items():
        want = check.get(field, value)
        if field in ('subject', 'from_name'):
            want = blanks(want)
        if (want or '') != (value or ''):
            yield '%s: %r, not %r' % (field, value, want)
    if 'attachments' in check:
        pairs = list(zip(check['attachments'], message['attachments']))
        if len(check['attachments']) != len(message['attachments']):
            yield 'attachments: %r, not %r' % (message['attachments'], check['attachments'])
        for want, part in pairs:
            for key in ('name', 'bytes', 'sha256'):
                if want.get(key) is not None and want[key] != part[key]:
                    yield 'attachment %s: %r, not %r' % (key, part[key], want[key])


def messages(directory, entry):
    path = os.path.join(directory, entry['file'])
    if os.path.isfile(path):
        yield path
        return
    for folder, _, names in os.walk(path):
        for name in sorted(names):
            yield os.path.join(folder, name)


def check_all(program, directory):
    with open(os.path.join(directory, 'manifest.json')) as file:
        entries = json.load(file)['files']
    helper, held, deaths, slow, differing = Helper(program), 0, [], [], {}
    slowest, checked = (0, ''), 0
    for entry in entries:
        for path in messages(directory, entry):
            begin = time.perf_counter()
            try:
                message = helper.ask(do='show', file=path, width=80)
            except (RuntimeError, ValueError) as error:
                deaths.append('%s: %s' % (entry['file'], error))
                helper = Helper(program)
                continue
            took = time.perf_counter() - begin
            slowest = max(slowest, (took, entry['file']))
            if took >= SECONDS:
                slow.append('%s: %.1f s' % (entry['file'], took))
            if os.path.isdir(os.path.join(directory, entry['file'])):
                continue
            checked += 1
            why = list(faults(message, entry['check']))
            held += not why
            if why:
                differing[entry['file']] = why
    for line in deaths + slow:
        print(line)
    for name, why in differing.items():
        if name not in EXCEPTIONS:
            print(name)
            for line in why:
                print('   ', line)
    stale = [name for name in EXCEPTIONS if name not in differing]
    for name in stale:
        print('%s: holds now, take it off the table' % name)
    print('%d of %d messages hold, %d explained exceptions, %d deaths, %d too slow; slowest %.2f s (%s)' % (
        held, checked, len(EXCEPTIONS), len(deaths), len(slow), *slowest))
    return 1 if deaths or slow or stale or set(differing) - set(EXCEPTIONS) else 0


def main():
    program, generator = sys.argv[1:3]
    if not os.path.exists(generator):
        print('SKIP: no generator at %s' % generator)
        return 77
    if len(sys.argv) > 3:
        return check_all(program, sys.argv[3])
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([sys.executable, generator, '--no-huge', directory], check=True,
                       stdout=subprocess.DEVNULL)
        return check_all(program, directory)


if __name__ == '__main__':
    sys.exit(main())
