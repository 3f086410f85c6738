#include <cmocka.h>
#include <string.h>

#include "backend/envelopes.h"
#include "backend/wire/imap.h"
#include "index/maildir_name.h"
#include "tests/fake_certificate.h"
#include "tests/imap_play.h"

/* ---- opening and logging in ---- */

typedef struct LoginRow {
	const char *name;
	FakeStep steps[12];
	const char *secret; /* NULL: "pw" */
	int code;           /* 0: logged in */
	const char *words;
	unsigned capabilities; /* after it */
} LoginRow;

static const LoginRow login_rows[] = {
	{ "PLAIN with initial response",
		{ { .send = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n" },
			{ .expect = "AUTHENTICATE PLAIN AGFkYQBwdw==" },
			{ .send = "%T OK [CAPABILITY IMAP4rev1 MOVE] in\r\n" } },
		.capabilities = IMAP_MOVE },
	{ "capabilities are asked where nobody tells them",
		{ { .send = "* OK hi\r\n" }, { .expect = "CAPABILITY" },
			{ .send = "* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\n%T OK\r\n" },
			{ .expect = "AUTHENTICATE PLAIN *" }, { .send = "%T OK in\r\n" },
			{ .expect = "CAPABILITY" },
			{ .send = "* CAPABILITY IMAP4rev1 UIDPLUS\r\n%T OK done\r\n" } },
		.capabilities = IMAP_UIDPLUS },
	{ "PLAIN without initial response",
		{ { .send = "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n" },
			{ .expect = "AUTHENTICATE PLAIN" }, { .send = "+ \r\n" },
			{ .expect_line = "AGFkYQBwdw==" },
			{ .send = "%T OK [CAPABILITY IMAP4rev1] in\r\n" } } },
	{ "LOGIN where there is no PLAIN, whatever else is offered",
		{ { .send = "* OK [CAPABILITY IMAP4rev1 AUTH=CRAM-MD5 AUTH=NTLM] hi\r\n" },
			{ .expect = "LOGIN \"ada\" \"p\\\\\\\"w\"" },
			{ .send = "%T OK [CAPABILITY IMAP4rev1] in\r\n" } },
		.secret = "p\\\"w" },
	{ "LOGIN sends 8-bit text as a literal",
		{ { .send = "* OK [CAPABILITY IMAP4rev1 LITERAL+] hi\r\n" },
			{ .expect = "LOGIN \"ada\" {3+}" }, { .expect_line = "p\303\274" },
			{ .send = "%T OK [CAPABILITY IMAP4rev1] in\r\n" } },
		.secret = "p\303\274" },
	{ "a wrong password gives the server's words",
		{ { .send = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n" },
			{ .expect = "AUTHENTICATE PLAIN *" },
			{ .send = "%T NO [AUTHENTICATIONFAILED] Wrong password.\r\n" } },
		.code = ACCOUNT_ERROR_AUTH,
		.words = "127.0.0.1: the server says: Wrong password." },
	{ "a server that cannot check passwords now is offline",
		{ { .send = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n" },
			{ .expect = "AUTHENTICATE PLAIN *" },
			{ .send = "%T NO [UNAVAILABLE] Later.\r\n" } },
		.code = ACCOUNT_ERROR_OFFLINE, .words = "Later." },
	{ "a BYE instead of an answer is offline",
		{ { .send = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n" },
			{ .expect = "AUTHENTICATE PLAIN *" }, { .send = "* BYE too many\r\n" } },
		.code = ACCOUNT_ERROR_OFFLINE, .words = "too many" },
	{ "a second challenge is not answered",
		{ { .send = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n" },
			{ .expect = "AUTHENTICATE PLAIN *" }, { .send = "+ once more\r\n" } },
		.code = ACCOUNT_ERROR_REFUSED, .words = "no answer" },
	{ "no password is sent where none is taken",
		{ { .send = "* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=GSSAPI] hi\r\n" } },
		.code = ACCOUNT_ERROR_AUTH, .words = "takes no password" },
	{ "a line break in a password is not sent",
		{ { .send = "* OK [CAPABILITY IMAP4rev1] hi\r\n" } }, .secret = "x\r\nc9 DELETE y",
		.code = ACCOUNT_ERROR_USAGE, .words = "line break" },
};

static void
every_way_to_log_in(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(login_rows); i++) {
		const LoginRow *row = &login_rows[i];
		print_message("  %s\n", row->name);
		ImapPlay *play = imap_play_open(row->steps, NULL, NULL);
		assert_non_null(play->session);
		bool good = imap_login(
			play->session, "ada", row->secret ? row->secret : "pw", &play->error);
		if (good == !!row->code)
			fail_msg("%s: %s", row->name, good ? "logged in" : play->error->message);
		if (row->code)
			imap_play_assert_error(play, row->name, row->code, row->words);
		else
			assert_int_equal(imap_capabilities(play->session), row->capabilities);
		imap_play_end(play, row->name);
		assert_false(fake_server_heard(play->server, "*DELETE*"));
		imap_play_free(play);
	}
}

static void
tls_begins_on_demand_and_all_before_it_is_forgotten(void **state)
{
	static const FakeStep steps[] = {
		{ .send = "* OK [CAPABILITY IMAP4rev1 STARTTLS LITERAL+ SASL-IR AUTH=PLAIN] "
			  "hi\r\n" },
		{ .expect = "STARTTLS" },
		{ .send = "* CAPABILITY IMAP4rev1 MOVE\r\n%T OK [CAPABILITY IMAP4rev1 IDLE] "
			  "now\r\n" },
		{ .tls = true },
		{ .expect = "CAPABILITY" },
		{ .send = "* CAPABILITY IMAP4rev1 UIDPLUS AUTH=PLAIN SASL-IR\r\n%T OK done\r\n" },
		{ .expect = "AUTHENTICATE PLAIN *" },
		{ .send = "%T OK [CAPABILITY IMAP4rev1] in\r\n" },
		{ .expect = "LOGOUT" },
		{ 0 },
	};
	FakeAuthority *authority = fake_authority_new();
	FakeCertificate good = { .dns = { "localhost" } };
	gnutls_certificate_credentials_t credentials = fake_credentials_new(authority, &good, NULL);
	ImapPlay *play = imap_play_open(steps, credentials, authority->file);
	if (!play->session)
		fail_msg("%s", play->error->message);
	assert_int_equal(
		imap_capabilities(play->session), IMAP_UIDPLUS | IMAP_AUTH_PLAIN | IMAP_SASL_IR);
	assert_true(imap_login(play->session, "ada", "pw", &play->error));
	imap_play_end(play, "starttls");
	imap_play_free(play);
	gnutls_certificate_free_credentials(credentials);
	fake_authority_free(authority);
}

/* ---- what lines say ---- */

static const struct {
	const char *line, *heard;
} lines[] = {
	{ "* 3 FETCH (UID 7 FLAGS (\\Seen \\Flagged $Forwarded work $Label1 \\Recent \\X) "
	  "INTERNALDATE \" 3-Nov-2025 10:00:00 +0100\" RFC822.SIZE 4294967295 MODSEQ "
	  "(9223372036854775807))",
		"fetch 3 uid 7 flags FPS,work,$Label1 date 1762160400 size 4294967295 modseq "
		"9223372036854775807\n" },
	{ "* 1 FETCH (FLAGS ())", "fetch 1 uid 0 flags \n" },
	{ "* 1 FETCH (UID 4294967295)", "fetch 1 uid 4294967295\n" },
	{ "* 1 FETCH (INTERNALDATE \"31-Dec-1999 23:59:59 -0330\")",
		"fetch 1 uid 0 date 946697399\n" },
	{ "* 1 FETCH (BODY[HEADER.FIELDS (DATE FROM)] {9}\r\nDate: x\r\n UID 5)",
		"fetch 1 uid 5 header Date: x\\0d\\0a\n" },
	{ "* 1 FETCH (UID 5 BODY[HEADER] {0}\r\n)", "fetch 1 uid 5 header \n" },
	{ "* 1 FETCH (UID 5 BODY[HEADER] \"a \\\"b\\\"\")", "fetch 1 uid 5 header a \"b\"\n" },
	{ "* 1 FETCH (UID 5 BODY[HEADER] NIL)", "fetch 1 uid 5\n" },
	{ "* 1 FETCH (UID 5 BODY[] {6}\r\nab\r\ncd FLAGS (\\Seen))",
		"begin 6 ab\\0d\\0acd end\nfetch 1 uid 5 flags S body 6\n" },
	{ "* 1 FETCH (body[] {2}\r\n)( UID 5)", "begin 2 )( end\nfetch 1 uid 5 body 2\n" },
	{ "* 1 FETCH (UID 5 BODY[]<0> {2}\r\nab)", "begin 2 ab end\nfetch 1 uid 5 body 2\n" },
	{ "* 1 FETCH (UID 5 BODY[] {0}\r\n)", "begin 0  end\nfetch 1 uid 5 body 0\n" },
	{ "* 1 FETCH (UID 5 BODY[] \"abc\")", "begin 3 abc end\nfetch 1 uid 5 body 3\n" },
	{ "* 1 FETCH (UID 5 BODY[] NIL)", "fetch 1 uid 5\n" },
	{ "* LIST (\\HasNoChildren \\Sent) \"/\" \"Sent Mail\"", "folder Sent Mail / role 2\n" },
	{ "* LIST (\\Noselect) \".\" INBOX.Lists", "folder INBOX.Lists . role 0 no-select\n" },
	{ "* list (\\nonexistent \\noinferiors) nil inbox",
		"folder inbox - role 1 non-existent no-inferiors\n" },
	{ "* LIST () \"\\\\\" {5}\r\na\"b\\c", "folder a\"b\\c \\ role 0\n" },
	{ "* LIST () \"/\" \"q\\\"\\\\\"", "folder q\"\\ / role 0\n" },
	{ "* LIST () \"/\" \"Entw&APw-rfe\" (CHILDINFO (\"SUBSCRIBED\") \"OLDNAME\" (\"x\"))",
		"folder Entw&APw-rfe / role 0\n" },
	{ "* LIST () \"/\" 99999999999999999999", "folder 99999999999999999999 / role 0\n" },
	{ "* STATUS INBOX (MESSAGES 3 UNSEEN 2 UIDNEXT 9 UIDVALIDITY 4294967295 HIGHESTMODSEQ "
	  "9223372036854775807 SIZE 99999999999 MAILBOXID (F1))",
		"status INBOX messages 3 unseen 2 uidnext 9 uidvalidity 4294967295 modseq "
		"9223372036854775807\n" },
	{ "* STATUS \"a b\" ()", "status a b\n" },
	{ "* STATUS 20231123104500 (MESSAGES 1)", "status 20231123104500 messages 1\n" },
	{ "* SEARCH", "search\n" },
	{ "* SEARCH 1 2 4294967295", "search 1 2 4294967295\n" },
	{ "* SEARCH 5 (MODSEQ 99999999999)", "search 5\n" },
	{ "* VANISHED 1:3,5", "" },
	{ "* 17 EXISTS", "" },
	{ "* 4 EXPUNGE", "" },
	{ "* 0 RECENT", "" },
	{ "* FLAGS (\\Answered x)", "" },
	{ "* OK Still here {5}", "" },
	{ "* OK \"a quote", "" },
	{ "* NO [ALERT] beware", "" },
	{ "* QUOTA \"\" (STORAGE 10 999999999999)", "" },
	{ "* XYZZY 1 2", "" },
};

static void
every_line_is_told(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		FakeStep steps[] = { { .send = IMAP_PLAY_PREAUTH }, { .expect = "NOOP" },
			{ .bytes = lines[i].line, .size = strlen(lines[i].line) },
			{ .send = "\r\n%T OK done\r\n" }, { .expect = "NOOP" },
			{ .send = "%T OK done\r\n" }, { 0 } };
		ImapPlay *play = imap_play_open(steps, NULL, NULL);
		assert_non_null(play->session);
		if (!imap_play_noop(play) || !imap_play_noop(play))
			fail_msg("%s: %s", lines[i].line, play->error->message);
		assert_string_equal(play->heard->str, lines[i].heard);
		imap_play_end(play, lines[i].line);
		imap_play_free(play);
	}
}

static void
a_handler_that_says_no_ends_the_session(void **state)
{
	static const FakeStep steps[] = { { .send = IMAP_PLAY_PREAUTH }, { .expect = "NOOP" },
		{ .send = "* SEARCH 1\r\n* SEARCH 2\r\n%T OK done\r\n" }, { 0 } };
	ImapPlay *play = imap_play_open(steps, NULL, NULL);
	play->stop_after = 1;
	assert_false(imap_play_noop(play));
	imap_play_assert_error(play, "stop", ACCOUNT_ERROR_CANCELLED, "stopped");
	assert_string_equal(play->heard->str, "search 1\n");
	assert_false(imap_play_noop(play));
	imap_play_assert_error(play, "again", ACCOUNT_ERROR_CANCELLED, "stopped");
	imap_play_end(play, "stop");
	assert_false(fake_server_heard(play->server, "LOGOUT"));
	imap_play_free(play);
}

/* ---- sending ---- */

static const struct {
	const char *name, *folder;
	const char *plus, *none; /* on the wire with and without LITERAL+ */
} arguments[] = {
	{ "a plain name", "Lists/notmuch", "STATUS \"Lists/notmuch\" (UIDNEXT)", NULL },
	{ "an empty name", "", "STATUS \"\" (UIDNEXT)", NULL },
	{ "quotes and backslashes", "a\"b\\c", "STATUS \"a\\\"b\\\\c\" (UIDNEXT)", NULL },
	{ "what looks like a literal", "{5+}", "STATUS \"{5+}\" (UIDNEXT)", NULL },
	{ "8-bit text", "Entw\303\274rfe", "STATUS {9+}", "STATUS \"Entw\303\274rfe\" (UIDNEXT)" },
};

static void
every_argument_stays_one_argument(void **state)
{
	for (size_t i = 0; i < 2 * G_N_ELEMENTS(arguments); i++) {
		bool plus = i % 2;
		const char *wanted = plus || !arguments[i / 2].none ? arguments[i / 2].plus
		                                                    : arguments[i / 2].none;
		FakeStep steps[] = {
			{ .send = plus ? "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] hi\r\n"
			               : "* PREAUTH [CAPABILITY IMAP4rev1] hi\r\n" },
			{ .expect = wanted }, { .send = "%T OK done\r\n" }, { 0 }
		};
		ImapPlay *play = imap_play_open(steps, NULL, NULL);
		if (!imap_command(play->session, &play->error, "STATUS %s (%a)",
			    arguments[i / 2].folder, "UIDNEXT"))
			fail_msg("%s: %s", arguments[i / 2].name, play->error->message);
		imap_play_end(play, arguments[i / 2].name);
		imap_play_free(play);
	}
}

static void
a_line_break_is_never_sent(void **state)
{
	static const char *const names[] = { "a\r\nc9 DELETE b", "a\nb", "a\rb", "\n" };
	static const FakeStep steps[] = { { .send = IMAP_PLAY_PREAUTH }, { .expect = "NOOP" },
		{ .send = "%T OK done\r\n" }, { 0 } };
	ImapPlay *play = imap_play_open(steps, NULL, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_clear_error(&play->error);
		assert_int_equal(imap_send(play->session, &play->error, "CREATE %s", names[i]), 0);
		imap_play_assert_error(play, names[i], ACCOUNT_ERROR_USAGE, "line break");
		g_clear_error(&play->error);
		assert_int_equal(imap_send(play->session, &play->error, "FETCH %a", names[i]), 0);
		imap_play_assert_error(play, names[i], ACCOUNT_ERROR_USAGE, "line break");
	}
	assert_true(imap_play_noop(play));
	imap_play_end(play, "line breaks");
	assert_string_equal(fake_server_log(play->server), "c1 NOOP\nc2 LOGOUT\n");
	imap_play_free(play);
}

static void
commands_are_pipelined_and_answered_in_order(void **state)
{
	static const FakeStep steps[] = { { .send = IMAP_PLAY_PREAUTH },
		{ .expect = "UID FETCH 1 (BODY.PEEK[])" }, { .expect = "STATUS \"x\" (MESSAGES)" },
		{ .expect = "NOOP" },
		{ .send = "* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n%0 OK fetched\r\n" },
		{ .send = "%1 NO [NONEXISTENT x] no such folder\r\n%2 BAD what\r\n" }, { 0 } };
	ImapPlay *play = imap_play_open(steps, NULL, NULL);
	unsigned first = imap_send(play->session, &play->error, "UID FETCH %a (BODY.PEEK[])", "1");
	unsigned second = imap_send(play->session, &play->error, "STATUS %s (MESSAGES)", "x");
	unsigned third = imap_send(play->session, &play->error, "NOOP");
	assert_true(first && second && third);
	const struct {
		unsigned tag;
		ImapResult result;
		const char *code, *text;
	} wanted[] = { { first, IMAP_OK, NULL, "fetched" },
		{ second, IMAP_NO, "NONEXISTENT x", "no such folder" },
		{ third, IMAP_BAD, NULL, "what" } };
	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
		ImapDone done = { 0 };
		if (!imap_read(play->session, 1, &done, &play->error))
			fail_msg("%s", play->error->message);
		assert_int_equal(done.tag, wanted[i].tag);
		assert_int_equal(done.result, wanted[i].result);
		assert_string_equal(done.text, wanted[i].text);
		assert_int_equal(!done.code, !wanted[i].code);
		if (done.code)
			assert_string_equal(done.code, wanted[i].code);
		imap_done_clear(&done);
	}
	assert_string_equal(play->heard->str, "begin 3 abc end\nfetch 1 uid 1 body 3\n");
	ImapDone none = { 0 };
	assert_false(imap_read(play->session, 0, &none, &play->error));
	imap_play_assert_error(play, "nothing under way", ACCOUNT_ERROR_USAGE, "no command");
	imap_play_end(play, "pipeline");
	imap_play_free(play);
}

/*
 * Both buffers between us are full: the server says 6 MB before it reads on, we send 2.5 MB before we read.
 */
static void
a_pipeline_longer_than_all_buffers_does_not_lock(void **state)
{
	enum { COMMANDS = 20000, LINES = 60000 };
	g_autoptr(GArray) steps = g_array_new(TRUE, TRUE, sizeof(FakeStep));
	const FakeStep begin[] = { { .send = IMAP_PLAY_PREAUTH }, { .expect = "NOOP*" },
		{ .send = "* OK a hundred bytes of a line that says nothing, so that the pipe is "
			  "full before long, is it\r\n",
			.times = LINES } };
	g_array_append_vals(steps, begin, G_N_ELEMENTS(begin));
	for (int i = 1; i < COMMANDS; i++) {
		FakeStep step = { .expect = "NOOP*" };
		g_array_append_val(steps, step);
	}
	/* the answers: tags are c1 … */
	g_autoptr(GString) answers = g_string_new(NULL);
	for (int i = 1; i <= COMMANDS; i++)
		g_string_append_printf(answers, "c%d OK\r\n", i);
	FakeStep last = { .bytes = answers->str, .size = answers->len };
	g_array_append_val(steps, last);
	ImapPlay *play = imap_play_open((const FakeStep *)(void *)steps->data, NULL, NULL);
	g_autofree char *padding = g_strnfill(120, 'x');
	for (int i = 0; i < COMMANDS; i++)
		assert_int_not_equal(imap_send(play->session, &play->error, "NOOP%a", padding), 0);
	for (int i = 1; i <= COMMANDS; i++) {
		ImapDone done = { 0 };
		if (!imap_read(play->session, 0, &done, &play->error))
			fail_msg("answer %d: %s", i, play->error->message);
		assert_int_equal(done.tag, i);
		imap_done_clear(&done);
	}
	imap_play_end(play, "long pipeline");
	imap_play_free(play);
}

/* ---- EXAMINE ---- */

typedef struct ExamineRow {
	const char *name, *capabilities;
	const char *command, *answer;
	int code; /* 0: selected */
	const char *words;
	ImapSelected selected;
} ExamineRow;

static const ExamineRow examine_rows[] = {
	{ "a small server", "IMAP4rev1", "EXAMINE \"a b\"",
		"* FLAGS (\\Seen)\r\n* 3 EXISTS\r\n* OK [UIDVALIDITY 9] x\r\n* OK [UIDNEXT 12] "
		"x\r\n"
		"%T OK [READ-ONLY] done\r\n",
		.selected = { .exists = 3, .uidnext = 12, .uidvalidity = 9 } },
	{ "CONDSTORE", "IMAP4rev1 CONDSTORE", "EXAMINE \"a b\" (CONDSTORE)",
		"* 0 EXISTS\r\n* OK [HIGHESTMODSEQ 9223372036854775807] x\r\n* OK [PERMANENTFLAGS "
		"(\\Seen \\Answered $Forwarded foo \\*)] x\r\n%T OK done\r\n",
		.selected = { .modseq = INT64_MAX,
			.permanent_flags = MAIL_SEEN | MAIL_REPLIED | MAIL_PASSED,
			.keywords_allowed = true } },
	{ "keywords of every name", "IMAP4rev1", "EXAMINE \"a b\"",
		"* 0 EXISTS\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] x\r\n%T OK done\r\n",
		.selected = { .permanent_flags = MAIL_SEEN | MAIL_PASSED,
			.keywords_allowed = true } },
	{ "NOMODSEQ", "IMAP4rev1 CONDSTORE", "EXAMINE \"a b\" (CONDSTORE)",
		"* 1 EXISTS\r\n* OK [NOMODSEQ] x\r\n%T OK done\r\n", .selected = { .exists = 1 } },
	{ "QRESYNC, which knows CONDSTORE too", "IMAP4rev1 QRESYNC", "EXAMINE \"a b\" (CONDSTORE)",
		"* 1 EXISTS\r\n%T OK done\r\n", .selected = { .exists = 1 } },
	{ "a folder that is gone", "IMAP4rev1", "EXAMINE \"a b\"",
		"%T NO [NONEXISTENT] never heard of it\r\n", .code = ACCOUNT_ERROR_GONE,
		.words = "never heard of it" },
	{ "a folder that may not be read", "IMAP4rev1", "EXAMINE \"a b\"",
		"%T NO permission denied\r\n", .code = ACCOUNT_ERROR_REFUSED,
		.words = "permission denied" },
	{ "a UIDVALIDITY over 32 bits", "IMAP4rev1", "EXAMINE \"a b\"",
		"* OK [UIDVALIDITY 4294967297] x\r\n%T OK done\r\n", .code = ACCOUNT_ERROR_REFUSED,
		.words = "protocol error" },
	{ "a HIGHESTMODSEQ over 63 bits", "IMAP4rev1", "EXAMINE \"a b\"",
		"* OK [HIGHESTMODSEQ 9223372036854775808] x\r\n%T OK done\r\n",
		.code = ACCOUNT_ERROR_REFUSED, .words = "protocol error" },
};

static void
every_folder_is_examined(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(examine_rows); i++) {
		const ExamineRow *row = &examine_rows[i];
		print_message("  %s\n", row->name);
		g_autofree char *in =
			g_strdup_printf("%%T OK [CAPABILITY %s] in\r\n", row->capabilities);
		FakeStep steps[16] = { { .send = "* OK [CAPABILITY AUTH=PLAIN SASL-IR] hi\r\n" },
			{ .expect = "AUTHENTICATE PLAIN *" }, { .send = in } };
		steps[3].expect = row->command;
		steps[4].send = row->answer;
		ImapPlay *play = imap_play_open(steps, NULL, NULL);
		assert_true(imap_login(play->session, "ada", "pw", &play->error));
		ImapSelected selected;
		bool good = imap_select(play->session, "a b", false, &selected, &play->error);
		if (row->code) {
			assert_false(good);
			imap_play_assert_error(play, row->name, row->code, row->words);
		} else {
			if (!good)
				fail_msg("%s: %s", row->name, play->error->message);
			ImapSelected wanted = row->selected;
			wanted.read_only = strstr(row->answer, "READ-ONLY") != NULL;
			if (!wanted.permanent_flags) { /* not told: all may be changed */
				wanted.permanent_flags = MAIL_ALL_FLAGS;
				wanted.keywords_allowed = true;
			}
			assert_memory_equal(&selected, &wanted, sizeof selected);
		}
		imap_play_end(play, row->name);
		imap_play_free(play);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_to_log_in),
		cmocka_unit_test(tls_begins_on_demand_and_all_before_it_is_forgotten),
		cmocka_unit_test(every_line_is_told),
		cmocka_unit_test(a_handler_that_says_no_ends_the_session),
		cmocka_unit_test(every_argument_stays_one_argument),
		cmocka_unit_test(a_line_break_is_never_sent),
		cmocka_unit_test(commands_are_pipelined_and_answered_in_order),
		cmocka_unit_test(a_pipeline_longer_than_all_buffers_does_not_lock),
		cmocka_unit_test(every_folder_is_examined),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
