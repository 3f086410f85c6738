#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "backend/agent/stub.h"

#define OWN "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"

static const struct {
	const char *what, *header, *stub; /* STUB: without its last line */
} cases[] = {
	{ "its own header stays", "From: a@x\r\nSubject: s\r\n\r\n",
		"From: a@x\r\nSubject: s\r\n" OWN },
	{ "what describes the body is kept aside, with its further lines",
		"Subject: s\r\nContent-Type: multipart/mixed;\r\n boundary=x\r\nmime-version: "
		"1.0\r\n"
		"To: b@x\r\n\r\n",
		"Subject: s\r\nX-Curlew-Original-Content-Type: multipart/mixed;\r\n boundary=x\r\n"
		"X-Curlew-Original-mime-version: 1.0\r\nTo: b@x\r\n" OWN },
	{ "nothing after the empty line", "Subject: s\n\nSubject: t\n", "Subject: s\n" OWN },
	{ "a header that is cut gets its line end", "Subject: s", "Subject: s\n" OWN },
	{ "no header", "", OWN },
	{ "an empty line at once", "\r\nFrom: a@x\r\n", OWN },
	{ "a CR alone at the end", "Subject: s\n\r", "Subject: s\n" OWN },
};

static void
a_stub_is_the_header_and_a_sentence(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GString) stub =
			stub_build(cases[i].header, strlen(cases[i].header), 12300000);
		g_autofree char *wanted = g_strconcat(
			cases[i].stub, "[12.3 MB on the server, not downloaded]\n", NULL);
		if (strcmp(stub->str, wanted) != 0)
			fail_msg("%s: %s", cases[i].what, stub->str);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_stub_is_the_header_and_a_sentence) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
