"""A mime helper that answers questions, for checks of what it says (index/message.h)."""

import contextlib
import json
import subprocess


class Helper:
    def __init__(self, program):
        self.program = program
        self._start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._end()

    def _start(self):
        self.process = subprocess.Popen([self.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def _end(self):
        """Its exit status."""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait()

    def _first_line(self, request):
        """b'': it has ended."""
        try:
            self.process.stdin.write(json.dumps(dict(request, id=1)).encode() + b'\n')
            self.process.stdin.flush()
        except BrokenPipeError:
            return b''
        return self.process.stdout.readline()

    def _answer(self, request):
        """The last line of the answer, and the lists that were sent ahead of it. A helper may leave between two
        questions, in good order."""
        line = self._first_line(request)
        if not line:
            status = self._end()
            if status != 0:
                raise RuntimeError('the helper died: %s' % status)
            self._start()
            line = self._first_line(request)
        ahead = {}
        while line:
            answer = json.loads(line)
            if 'more' not in answer:
                return answer, ahead
            ahead.setdefault(answer['more'], []).extend(answer['items'])
            line = self.process.stdout.readline()
        raise RuntimeError('the helper died: %s' % self._end())

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
