#!/usr/bin/python3
"""Runs all tests of a build directory and counts single cases: run.py BUILD [--full] [NAME…].

What runs: meson's tests (cmocka programs: each case counts), every *_check.py beside this file (unittest:
each case counts; other scripts are one case, exit code 77 skips), and the formatter over all sources.
A NAME picks the tests whose name begins with it. The checks find the programs by CURLEW_BUILD, the shared
corpus by CURLEW_SHARED (unset where there is none), and read CURLEW_FULL=1 for the full sizes.
The last line is "N passed, N failed, N skipped"; the exit code is 0 only if none failed and one passed.
"""
import argparse
import concurrent.futures
import dataclasses
import html
import importlib.util
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
AT_ONCE = 2
CHECK_SECONDS = 1200
FULL_SECONDS = 6 * 3600
LOG_LINES = 60
SKIP = 77
END = "end"  # the last line that a whole check writes
FORMATTERS = ("clang-format-14", "clang-format")
SOURCES = ("index", "backend", "ui", "tests")


@dataclasses.dataclass
class Case:
    name: str
    outcome: str  # passed, failed, skipped
    why: str = ""


@dataclasses.dataclass
class Test:
    name: str
    command: list
    seconds: float
    kind: str  # cmocka, unittest, script
    environment: dict
    directory: str = None
    alone: bool = False


def run_program(test, scratch):
    """(exit code or a sentence, output); ends what the test left behind in its process group."""
    environment = {**os.environ, **test.environment}
    with open(scratch / "output", "w+b") as output:
        process = subprocess.Popen(test.command, stdin=subprocess.DEVNULL, stdout=output,
                                   stderr=subprocess.STDOUT, env=environment, cwd=test.directory,
                                   start_new_session=True)
        try:
            code = process.wait(test.seconds)
        except subprocess.TimeoutExpired:
            code = f"not done after {test.seconds:.0f} s"
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        if isinstance(code, int) and code < 0:
            code = f"died by {signal.Signals(-code).name}"
        output.seek(0)
        return code, output.read().decode(errors="replace")


def tail(output):
    return "\n".join(output.strip().splitlines()[-LOG_LINES:])


LEAKS = re.compile(r"(^=+\n)?^==\d+==ERROR: LeakSanitizer.*?^SUMMARY: [^\n]*leaked[^\n]*\n?", re.DOTALL | re.MULTILINE)


def without_leaks(output):
    """What an assertion that fails jumps over is never freed: no news, and longer than the news."""
    return LEAKS.sub("", output)


CMOCKA_CASE = re.compile(r'<testcase name="([^"]*)"[^>]*>(.*?)</testcase>', re.DOTALL)


def read_cmocka(files, output):
    """The cases of a cmocka program: from its XML files, or from its output if it found a file taken."""
    texts = [file.read_text(errors="replace") for file in files] + [output]
    for name, body in (found for text in texts for found in CMOCKA_CASE.findall(text)):
        name = html.unescape(name)
        if "<failure" in body or "<error" in body:
            words = "".join(re.findall(r"<!\[CDATA\[(.*?)\]\]>", body, re.DOTALL))
            yield Case(name, "failed", words or body.strip())
        elif "<skipped" in body:
            yield Case(name, "skipped", skip_reason(output))
        else:
            yield Case(name, "passed")


def skip_reason(output):
    """What a program that skips says: the lines with that word, else the last ones that are not its XML."""
    said = [line.strip() for line in output.splitlines() if line.strip() and not line.lstrip().startswith("<")]
    words = [line for line in said if re.search("skip", line, re.IGNORECASE)] or said[-2:]
    return "; ".join(dict.fromkeys(words)) or "it does not say why"


def run_cmocka(test, scratch):
    test.environment |= {"CMOCKA_MESSAGE_OUTPUT": "XML", "CMOCKA_XML_FILE": str(scratch / "%g.xml")}
    code, output = run_program(test, scratch)
    cases = list(read_cmocka(sorted(scratch.glob("*.xml")), output))
    failed = sum(case.outcome == "failed" for case in cases)
    if not cases:
        return judge_script(test, code, output)
    for case in cases:
        if case.outcome == "failed":
            case.why += "\n" + tail(without_leaks(output))
    if code != 0 and not (isinstance(code, int) and failed):
        cases.append(Case("the program ends well", "failed", f"{describe(code)}\n{tail(output)}"))
    return cases


def describe(code):
    return f"exit code {code}" if isinstance(code, int) else code


def judge_script(test, code, output):
    if code == SKIP:
        return [Case("all", "skipped", (output.strip().splitlines() or ["it does not say why"])[-1])]
    if code == 0:
        return [Case("all", "passed")]
    return [Case("all", "failed", f"{describe(code)}\n{tail(output)}")]


def run_script(test, scratch):
    return judge_script(test, *run_program(test, scratch))


def run_unittest(test, scratch):
    results = scratch / "results"
    test.command = [sys.executable, __file__, "--check", test.command[-1], str(results)]
    code, output = run_program(test, scratch)
    lines = results.read_text().splitlines() if results.exists() else []
    ended = lines[-1:] == [END]
    cases = [Case(*json.loads(line)) for line in lines if line != END]
    for case in cases:
        if case.outcome == "failed":
            case.why += "\n" + tail(output)
    if code != 0 or not ended:
        cases.append(Case("the check runs to its end", "failed", f"{describe(code)}\n{tail(output)}"))
    return cases


class Recorder(unittest.TestResult):
    """Writes each outcome down as it comes, so that a check that dies has said what it had done."""

    def __init__(self, path):
        super().__init__()
        self.file = open(path, "w", encoding="utf-8")
        self.parts_failed = ""

    def put(self, test, outcome, why=""):
        print(json.dumps([test.id().removeprefix("check."), outcome, why]), file=self.file, flush=True)

    def startTest(self, test):
        super().startTest(test)
        self.parts_failed = ""

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.parts_failed += f"{subtest}\n{self._exc_info_to_string(err, test)}"

    def stopTest(self, test):
        super().stopTest(test)
        if self.parts_failed:
            self.put(test, "failed", self.parts_failed)

    def addSuccess(self, test):
        self.put(test, "passed")

    def addSkip(self, test, reason):
        self.put(test, "skipped", reason)

    def addFailure(self, test, err):
        self.put(test, "failed", self._exc_info_to_string(err, test))

    addError = addFailure

    def addExpectedFailure(self, test, err):
        self.put(test, "passed")

    def addUnexpectedSuccess(self, test):
        self.put(test, "failed", "expected to fail, and did not")


def run_one_check(path, results):
    """Inside the child process of run_unittest."""
    sys.argv = [path]
    sys.path.insert(0, str(HERE))
    recorder = Recorder(results)
    spec = importlib.util.spec_from_file_location("check", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["check"] = module
    try:
        spec.loader.exec_module(module)
        unittest.defaultTestLoader.loadTestsFromModule(module).run(recorder)
    except unittest.SkipTest as skip:
        print(json.dumps(["all", "skipped", str(skip)]), file=recorder.file)
    print(END, file=recorder.file, flush=True)


def sources():
    for folder in SOURCES:
        yield from sorted(path for path in (ROOT / folder).rglob("*.[ch]"))


def check_format():
    program = next(filter(None, map(shutil.which, FORMATTERS)), None)
    if program is None:
        return [Case("formatter agrees", "skipped", "clang-format is not installed")]
    done = subprocess.run([program, "--dry-run", "-Werror", *map(str, sources())], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return [Case("formatter agrees", "passed")]
    files = sorted(set(re.findall(r"^(\S+?):\d+:\d+: error", done.stderr, re.MULTILINE)))
    names = [os.path.relpath(file, ROOT) for file in files]
    return [Case("formatter agrees", "failed", "./dev format would change: " + " ".join(names))]


def environment(build, full):
    result = {"CURLEW_BUILD": str(build), "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8",
              "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1"}
    shared = pathlib.Path(os.environ.get("CURLEW_SHARED", ROOT.parent / "shared"))
    if shared.is_dir():
        result["CURLEW_SHARED"] = str(shared)
    if full:
        result["CURLEW_FULL"] = "1"
    return result


def meson_tests(build, common, full):
    listed = json.loads(subprocess.run(["meson", "introspect", "--tests", str(build)],
                                       capture_output=True, text=True, check=True).stdout)
    for entry in listed:
        # a fuller run may take longer; the sanitizers are in meson's figure already
        seconds = FULL_SECONDS if full or not entry["timeout"] else entry["timeout"]
        kind = "script" if any(part.endswith(".py") for part in entry["cmd"]) else "cmocka"
        yield Test(entry["name"], entry["cmd"], seconds, kind, {**common, **entry["env"]},
                   entry["workdir"] or str(build), not entry["is_parallel"])


def checks(common, full, known):
    for path in sorted(HERE.glob("*_check.py")):
        if path.name in known:
            continue  # meson runs it, with arguments
        kind = "unittest" if re.search(r"^(import unittest|from unittest)", path.read_text(), re.MULTILINE) else "script"
        yield Test(path.stem, [sys.executable, str(path)], FULL_SECONDS if full else CHECK_SECONDS, kind,
                   dict(common))


RUNNERS = {"cmocka": run_cmocka, "script": run_script, "unittest": run_unittest}


def run_test(test):
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="curlew-test-") as scratch:
        cases = RUNNERS[test.kind](test, pathlib.Path(scratch))
    return test.name, cases, time.monotonic() - began


def report(name, cases, seconds):
    count = {outcome: sum(case.outcome == outcome for case in cases)
             for outcome in ("passed", "failed", "skipped")}
    words = ", ".join(f"{number} {outcome}" for outcome, number in count.items() if number)
    print(f"{'FAIL' if count['failed'] else 'ok  '} {name}: {words or 'nothing ran'} ({seconds:.1f} s)")
    for case in cases:
        if case.outcome != "passed":
            print(f"     {case.outcome} {case.name}: {case.why.strip()}".replace("\n", "\n       | "))
    sys.stdout.flush()
    return cases


def run_all(tests):
    together = [test for test in tests if not test.alone]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for done in concurrent.futures.as_completed([pool.submit(run_test, test) for test in together]):
            yield from report(*done.result())
    for test in tests:
        if test.alone:
            yield from report(*run_test(test))


def heed_signals():
    """Started with `&` by a script, it ignores these, and so would all it starts: no job there could be stopped."""
    for number in (signal.SIGINT, signal.SIGQUIT):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


def main():
    heed_signals()
    parser = argparse.ArgumentParser(description="run the tests of a build directory")
    parser.add_argument("build", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--full", action="store_true", help="the full sizes")
    parser.add_argument("name", nargs="*", help="only tests whose name begins so")
    options = parser.parse_args()
    common = environment(options.build, options.full)
    tests = list(meson_tests(options.build, common, options.full))
    known = {pathlib.Path(part).name for test in tests for part in test.command}
    tests += checks(common, options.full, known)
    if options.name:
        tests = [test for test in tests if test.name.startswith(tuple(options.name))]
    cases = list(run_all(tests))
    if not options.name or "format" in options.name:
        cases += report("format", check_format(), 0)
    count = [sum(case.outcome == outcome for case in cases) for outcome in ("passed", "failed", "skipped")]
    print("{} passed, {} failed, {} skipped".format(*count))
    return 0 if count[0] and not count[1] else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--check"]:
        run_one_check(*sys.argv[2:4])
    else:
        sys.exit(main())
