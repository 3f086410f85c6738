"""A mime helper that answers questions, for checks of what it says (index/message.h)."""

import json
import subprocess


class Helper:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def _answer(self, request):
        """The last line of the answer, and the lists that were sent ahead of it."""
        pipe = self.process
        pipe.stdin.write(json.dumps(dict(request, id=1)).encode() + b'\n')
        pipe.stdin.flush()
        ahead = {}
        while True:
            line = pipe.stdout.readline()
            if not line:
                raise RuntimeError('the helper died: %s' % pipe.wait())
            answer = json.loads(line)
            if 'more' not in answer:
                return answer, ahead
            ahead.setdefault(answer['more'], []).extend(answer['items'])

    def ask(self, **request):
        """The message with its texts; None if it cannot be read."""
        answer, ahead = self._answer(request)
        if not answer['ok']:
            return None
        message = answer['message']
        message.update(ahead)
        for name, count in (('text', 'text_bytes'), ('text_reflowed', 'reflowed_bytes'),
                            ('text_more', 'more_bytes')):
            if count in answer:
                message[name] = self.process.stdout.read(answer[count]).decode()
        return message

    def part(self, file, number):
        """(charset, bytes) of one part, its transfer encoding undone."""
        answer, _ = self._answer({'do': 'part', 'file': file, 'part': number})
        return answer['charset'], self.process.stdout.read(answer['bytes'])
