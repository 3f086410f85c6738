#!/usr/bin/python3
"""The test runner counts what happened: nothing that fails, dies or hangs counts as passed."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import run  # noqa: E402

XML = """<testsuites><testsuite name="tests">
<testcase name="good" time="0" ></testcase>
<testcase name="bad" time="0" ><failure><![CDATA[1 != 2]]></failure></testcase>
<testcase name="left_out" time="0" ><skipped/></testcase>
</testsuite></testsuites>"""

CHECK = """
import os, sys, unittest
class Cases(unittest.TestCase):
    def test_1_good(self): pass
    def test_2_bad(self): self.fail("so it is")
    def test_3_parts(self):
        for i in range(3):
            with self.subTest(i=i): self.assertNotEqual(i, 1)
    @unittest.skip("no such server")
    def test_4_skipped(self): pass
    def test_5_dies(self): os._exit({code})
    def test_6_never(self): pass
class Broken(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise OSError("no disk")
    def test_nothing(self): pass
"""


class Runner(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="curlew-")
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)

    def cases(self, kind, text, interpreter, seconds=30):
        program = self.scratch / "program.py"
        program.write_text(text)
        test = run.Test("x", [interpreter, str(program)], seconds, kind, {})
        work = self.scratch / "work"
        work.mkdir()
        return run.RUNNERS[kind](test, work)

    def outcomes(self, *arguments, **options):
        return [case.outcome for case in self.cases(*arguments, **options)]

    def test_cases_of_a_cmocka_program_count_one_by_one(self):
        script = f"echo 'left_out: skipped, no corpus'; cat >$(dirname $CMOCKA_XML_FILE)/t.xml <<'E'\n{XML}\nE\nexit 1"
        cases = self.cases("cmocka", script, "/bin/sh")
        self.assertEqual([case.outcome for case in cases], ["passed", "failed", "skipped"])
        self.assertIn("1 != 2", cases[1].why)
        self.assertIn("no corpus", cases[2].why)

    def test_a_program_that_dies_is_a_failure_with_its_log(self):
        cases = self.cases("cmocka", "echo last words; kill -SEGV $$", "/bin/sh")
        self.assertEqual([case.outcome for case in cases], ["failed"])
        self.assertIn("SIGSEGV", cases[0].why)
        self.assertIn("last words", cases[0].why)

    def test_a_bad_exit_after_good_cases_is_a_failure(self):
        good = XML.replace("<failure><![CDATA[1 != 2]]></failure>", "")
        script = f"cat >$(dirname $CMOCKA_XML_FILE)/t.xml <<'E'\n{good}\nE\nexit 23"
        self.assertEqual(self.outcomes("cmocka", script, "/bin/sh"), ["passed", "passed", "skipped", "failed"])

    def test_leaks_are_told_only_where_no_assertion_failed(self):
        leaks = "=====\n==7==ERROR: LeakSanitizer: detected memory leaks\n  #0 in alloc\nSUMMARY: AddressSanitizer: 8 byte(s) leaked."
        good = XML.replace("<failure><![CDATA[1 != 2]]></failure>", "")
        for xml, told in ((XML, False), (good, True)):
            with self.subTest(told=told):
                self.setUp()
                script = f"cat >$(dirname $CMOCKA_XML_FILE)/t.xml <<'E'\n{xml}\nE\necho 'before\n{leaks}\nafter'; exit 23"
                why = next(case.why for case in self.cases("cmocka", script, "/bin/sh") if case.outcome == "failed")
                self.assertIn("before", why)
                self.assertIn("after", why)
                self.assertEqual("leaked" in why or "alloc" in why, told)

    def test_a_program_that_hangs_is_a_failure(self):
        self.assertEqual(self.outcomes("cmocka", "sleep 1000", "/bin/sh", seconds=0.2), ["failed"])

    def test_scripts_pass_fail_or_skip_by_their_exit_code(self):
        for code, outcome in ((0, "passed"), (1, "failed"), (77, "skipped")):
            with self.subTest(code=code):
                self.setUp()
                self.assertEqual(self.outcomes("script", f"echo why; exit {code}", "/bin/sh"), [outcome])

    def test_a_check_that_dies_has_counted_what_it_had_done(self):
        for code in (0, 3):
            with self.subTest(code=code):
                self.setUp()
                cases = self.cases("unittest", CHECK.format(code=code), sys.executable)
                found = [case.outcome for case in cases]
                self.assertEqual(found, ["failed", "passed", "failed", "failed", "skipped", "failed"])
                self.assertIn("no disk", cases[0].why)
                self.assertIn("so it is", cases[2].why)
                self.assertEqual(cases[4].why, "no such server")


if __name__ == "__main__":
    unittest.main()
