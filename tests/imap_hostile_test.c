#include <cmocka.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "tests/fake_certificate.h"
#include "tests/imap_play.h"

/* ---- one answer to a NOOP ---- */

typedef struct Row {
	const char *name;
	const char *before;   /* sent once */
	const char *repeated; /* sent TIMES */
	unsigned times;
	const char *bytes; /* then these, SIZE of them if not 0 (for NULs) */
	size_t size;
	const char *heard; /* NULL: not compared */
	int code;          /* 0: the session goes on */
	const char *words;
} Row;

#define LIT(text) .bytes = text, .size = sizeof text - 1

static const Row rows[] = {
	/* what kills or hangs libetpan's own sessions */
	{ "BADCHARSET in a status", LIT("* OK [BADCHARSET (\"x\")] hi\r\n"), .heard = "" },
	{ "a continuation nobody waits for", LIT("+ [BADCHARSET (\"x\")]\r\n"),
		.code = ACCOUNT_ERROR_REFUSED, .words = "protocol error" },
	{ "ALERT without text", LIT("* NO [ALERT]\r\n"), .heard = "" },
	{ "an empty status", LIT("* OK\r\n* NO \r\n"), .heard = "" },
	{ "NAMESPACE with an empty delimiter", LIT("* NAMESPACE ((\"\" \"\")) NIL NIL\r\n"),
		.heard = "" },
	{ "NAMESPACE damaged", LIT("* NAMESPACE ((\"\" \"/\")) ((\"x) NIL\r\n"), .heard = "" },
	{ "NAMESPACE of NILs", LIT("* NAMESPACE NIL NIL NIL\r\n"), .heard = "" },
	{ "ANNOTATION damaged", LIT("* ANNOTATION INBOX \"/x\" (\"value.priv\"\r\n"), .heard = "" },
	{ "QUOTA empty", LIT("* QUOTA\r\n* QUOTA \"\" ()\r\n"), .heard = "" },
	{ "PERMANENTFLAGS malformed",
		LIT("* OK [PERMANENTFLAGS (%)] x\r\n* OK [PERMANENTFLAGS x\r\n"), .heard = "" },
	{ "STATUS of nothing", LIT("* STATUS x ()\r\n"), .heard = "status x\n" },
	{ "STATUS cut short", LIT("* STATUS x (MESSAGES\r\n* STATUS x (MESSAGES)\r\n* STATUS\r\n"),
		.heard = "skip unbalanced parentheses\nskip a STATUS line that cannot be read\n"
			 "skip a STATUS line that cannot be read\n" },
	{ "a section of junk", LIT("* 1 FETCH (BODY[junk] \"x\")\r\n* 1 FETCH (BODY[ \"x\")\r\n"),
		.heard = "skip a FETCH line that cannot be read\n"
			 "skip a FETCH line that cannot be read\n" },
	{ "EXPUNGE of message 0", LIT("* 0 EXPUNGE\r\n"), .code = ACCOUNT_ERROR_REFUSED,
		.words = "protocol error" },
	{ "a BYE", LIT("* BYE maintenance\r\n"), .code = ACCOUNT_ERROR_OFFLINE,
		.words = "the server ended the session: maintenance" },
	{ "lines ended by LF alone", LIT("* SEARCH 3\n* 1 FETCH (UID 1)\n"),
		.heard = "search 3\nfetch 1 uid 1\n" },
	{ "empty lines", LIT("\r\n"), .code = ACCOUNT_ERROR_REFUSED, .words = "protocol error" },
	{ "garbage", LIT("\001\002\377\r\n"), .code = ACCOUNT_ERROR_REFUSED,
		.words = "protocol error" },
	{ "an answer to a command never sent", LIT("c99 OK done\r\n"),
		.code = ACCOUNT_ERROR_REFUSED, .words = "protocol error" },
	{ "an answer with a huge tag", LIT("c99999999999999999999 OK done\r\n"),
		.code = ACCOUNT_ERROR_REFUSED, .words = "protocol error" },

	/* one bad line costs one line */
	{ "parentheses left open", LIT("* 1 FETCH (UID 1 FLAGS (\\Seen)\r\n* 2 FETCH (UID 2)\r\n"),
		.heard = "skip unbalanced parentheses\nfetch 2 uid 2\n" },
	{ "parentheses closed twice", LIT("* 1 FETCH (UID 1))\r\n* 2 FETCH (UID 2)\r\n"),
		.heard = "skip unbalanced parentheses\nfetch 2 uid 2\n" },
	{ "a quote left open", LIT("* LIST () \"/\" \"abc\r\n* 2 FETCH (UID 2)\r\n"),
		.heard = "skip a quote without end\nfetch 2 uid 2\n" },
	{ "a group inside flags", LIT("* 1 FETCH (FLAGS (\\Seen (x)))\r\n* 2 FETCH (UID 2)\r\n"),
		.heard = "skip a FETCH line that cannot be read\nfetch 2 uid 2\n" },
	{ "a date that is none", LIT("* 1 FETCH (UID 1 INTERNALDATE \"bad\")\r\n* SEARCH 3\r\n"),
		.heard = "skip a FETCH line that cannot be read\nsearch 3\n" },
	{ "an item nobody knows", LIT("* 1 FETCH (UID 1 X-THING (1 2))\r\n* SEARCH 3\r\n"),
		.heard = "skip a FETCH line that cannot be read\nsearch 3\n" },
	{ "FETCH of message 0", LIT("* 0 FETCH (UID 1)\r\n"), .heard = NULL },
	{ "UID 0", LIT("* 1 FETCH (UID 0)\r\n* SEARCH 3\r\n"), .heard = NULL },
	{ "two headers in a line",
		LIT("* 1 FETCH (BODY[HEADER] {1}\r\na BODY[HEADER] {1}\r\nb UID 1)\r\n"),
		.heard = "skip a FETCH line that cannot be\n" },
	{ "a body in a bad line", LIT("* 1 FETCH (UID 1 BODY[] {3}\r\nabc\r\n* SEARCH 3\r\n"),
		.heard = "begin 3 abc end\ndrop\nskip unbalanced parentheses\nsearch 3\n" },
	{ "a body in a line of junk",
		LIT("* 1 FETCH (UID 1 BODY[] {3}\r\nabc FLAGS 7)\r\n* SEARCH 3\r\n"),
		.heard = "begin 3 abc end\ndrop\nskip a FETCH line that cannot be read\nsearch "
			 "3\n" },
	{ "a SEARCH of words", LIT("* SEARCH 1 two\r\n* SEARCH 0\r\n"),
		.heard = "skip a SEARCH line that cannot be read\n"
			 "skip a SEARCH line that cannot be read\n" },
	{ "a LIST of junk",
		LIT("* LIST\r\n* LIST x \"/\" y\r\n* LIST () \"ab\" y\r\n* LIST () \"/\"\r\n"
		    "* LIST () \"/\" (y)\r\n* LIST () \"/\" {3}\r\na\000b\r\n"),
		.heard = "skip a LIST line that cannot be read\nskip a LIST line that cannot be "
			 "read\n"
			 "skip a LIST line that cannot be read\n"
			 "skip a folder whose name cannot be read\n"
			 "skip a folder whose name cannot be read\n"
			 "skip a folder whose name cannot be read\n" },

	/* nesting */
	{ "a BODYSTRUCTURE 100,000 deep", .before = "* 1 FETCH (UID 1 BODYSTRUCTURE ",
		.repeated = "(", .times = 100000, .bytes = ")\r\n* 2 FETCH (UID 2)\r\n",
		.heard = "skip nested too deep\nfetch 2 uid 2\n" },
	{ "a THREAD 100,000 deep", .before = "* THREAD ", .repeated = "(", .times = 100000,
		.bytes = "\r\n* 2 FETCH (UID 2)\r\n", .heard = "fetch 2 uid 2\n" },
	{ "a SEARCH 100,000 deep", .before = "* SEARCH 1 ", .repeated = "(", .times = 100000,
		.bytes = "\r\n* 2 FETCH (UID 2)\r\n",
		.heard = "skip nested too deep\nfetch 2 uid 2\n" },

	/* sizes */
	{ "a body of 3 GB", LIT("* 1 FETCH (UID 1 BODY[] {3000000000}\r\n"),
		.code = ACCOUNT_ERROR_REFUSED, .words = "a message over 1 GB", .heard = "" },
	{ "a header of 3 GB", LIT("* 1 FETCH (UID 1 BODY[HEADER] {3000000000}\r\n"),
		.code = ACCOUNT_ERROR_REFUSED, .words = "a literal over the limit" },
	{ "a header one byte too long", LIT("* 1 FETCH (UID 1 BODY[HEADER] {16777217}\r\n"),
		.code = ACCOUNT_ERROR_REFUSED, .words = "a literal over the limit" },
	{ "a name of 4 GB", LIT("* LIST () \"/\" {4294967295}\r\n"), .code = ACCOUNT_ERROR_REFUSED,
		.words = "a literal over the limit" },
	{ "a literal of 2^64 + 1", LIT("* 1 FETCH (UID 1 BODY[] {18446744073709551617}\r\n"),
		.code = ACCOUNT_ERROR_REFUSED, .words = "a number over 32 bits" },
	{ "many literals, each small", .before = "* 1 FETCH (UID 1 ENVELOPE (",
		.repeated = "{8}\r\nxxxxxxxx ", .times = 2500000, .bytes = "))\r\n",
		.code = ACCOUNT_ERROR_REFUSED, .words = "protocol error" },
	{ "two bodies in a line", LIT("* 1 FETCH (BODY[] {1}\r\na BODY[] {1}\r\nb)\r\n"),
		.heard = "begin 1 a end\ndrop\n", .code = ACCOUNT_ERROR_REFUSED,
		.words = "two bodies" },
	{ "an endless data line", .before = "* 1 FETCH (UID 1 ", .repeated = "x",
		.times = 400000000, .code = ACCOUNT_ERROR_REFUSED, .words = "an endless line" },
	{ "an endless quote", .before = "* LIST () \"/\" \"", .repeated = "x", .times = 400000000,
		.code = ACCOUNT_ERROR_REFUSED, .words = "an endless line" },
	{ "an endless status line", .before = "* OK ", .repeated = "x", .times = 400000000,
		.code = ACCOUNT_ERROR_REFUSED, .words = "an endless line" },
	{ "a status line of 64 kB", .before = "* OK ", .repeated = "x", .times = 65530,
		.bytes = "\r\n", .heard = "" },
	{ "a status line over 64 kB", .before = "* OK ", .repeated = "x", .times = 65540,
		.bytes = "\r\n", .code = ACCOUNT_ERROR_REFUSED, .words = "an endless line" },
	{ "a tagged line without end", .before = "c1 OK ", .repeated = "x", .times = 66000,
		.bytes = "\r\n", .code = ACCOUNT_ERROR_REFUSED, .words = "an endless line" },
	{ "200,001 lines nobody asked for", .repeated = "* OK\r\n", .times = 200001,
		.code = ACCOUNT_ERROR_REFUSED, .words = "floods" },
	{ "200,000 lines are borne", .repeated = "* OK\r\n", .times = 200000, .heard = "" },

	/* numbers */
	{ "UID 2^32 + 1", LIT("* 1 FETCH (UID 4294967297)\r\n"),
		.heard = "skip a number over the limit\n", .code = ACCOUNT_ERROR_REFUSED,
		.words = "a number over 32 bits" },
	{ "UID with many digits", LIT("* 1 FETCH (FLAGS () UID 18446744073709551617)\r\n"),
		.code = ACCOUNT_ERROR_REFUSED, .words = "a number over 32 bits" },
	{ "RFC822.SIZE over 4 GB", LIT("* 1 FETCH (UID 1 RFC822.SIZE 4294967296)\r\n"),
		.code = ACCOUNT_ERROR_REFUSED, .words = "a number over 32 bits" },
	{ "MODSEQ over 63 bits", LIT("* 1 FETCH (UID 1 MODSEQ (9223372036854775808))\r\n"),
		.code = ACCOUNT_ERROR_REFUSED, .words = "a number over" },
	{ "a size inside BODYSTRUCTURE",
		LIT("* 1 FETCH (UID 1 BODYSTRUCTURE (\"text\" \"plain\" NIL NIL NIL \"7bit\" "
		    "4294967296 1))\r\n"),
		.code = ACCOUNT_ERROR_REFUSED, .words = "a number over 32 bits" },
	{ "a sequence number over 32 bits", LIT("* 4294967297 FETCH (UID 1)\r\n"),
		.code = ACCOUNT_ERROR_REFUSED, .words = "a number over the limit" },
	{ "EXISTS over 32 bits", LIT("* 4294967296 EXISTS\r\n"), .code = ACCOUNT_ERROR_REFUSED,
		.words = "a number over the limit" },
	{ "a SEARCH hit over 32 bits", LIT("* SEARCH 1 4294967297\r\n"),
		.code = ACCOUNT_ERROR_REFUSED, .words = "a number over the limit" },
	{ "UIDNEXT over 32 bits", LIT("* STATUS x (UIDNEXT 4294967296)\r\n"),
		.code = ACCOUNT_ERROR_REFUSED, .words = "a number over the limit" },
	{ "STATUS over 63 bits", LIT("* STATUS x (HIGHESTMODSEQ 9223372036854775808)\r\n"),
		.code = ACCOUNT_ERROR_REFUSED, .words = "a number over the limit" },
	{ "keywords of digits are no numbers",
		LIT("* 1 FETCH (UID 1 FLAGS (99999999999999999999))\r\n"),
		.heard = "fetch 1 uid 1 flags ,99999999999999999999\n" },

	/* NULs */
	{ "a NUL in a status", LIT("* OK a\000b\r\n"), .code = ACCOUNT_ERROR_REFUSED,
		.words = "a NUL outside a literal" },
	{ "a NUL in a name", LIT("* LIST () \"/\" \"a\000b\"\r\n"), .code = ACCOUNT_ERROR_REFUSED,
		.words = "a NUL outside a literal" },
	{ "a NUL in a tagged line", LIT("c1 OK \000\r\n"), .code = ACCOUNT_ERROR_REFUSED,
		.words = "a NUL outside a literal" },
	{ "NULs in a header and a body are bytes",
		LIT("* 1 FETCH (BODY[HEADER] {3}\r\na\000b UID 1)\r\n"
		    "* 2 FETCH (BODY[] {3}\r\na\000b UID 2)\r\n"),
		.heard =
			"fetch 1 uid 1 header a\\00b\nbegin 3 a\\00b end\nfetch 2 uid 2 body 3\n" },

	/* folder names reach the store as they are */
	{ "names of paths",
		LIT("* LIST () \"/\" ../../.ssh/x\r\n* LIST () \"/\" \"/etc/passwd\"\r\n"
		    "* LIST () \"/\" cur\r\n* LIST () \"/\" .\r\n* LIST () \"/\" \"..\"\r\n"
		    "* LIST () NIL \"\"\r\n* LIST () \"/\" {5}\r\na\r\nb\033\r\n"),
		.heard = "folder ../../.ssh/x / role 0\nfolder /etc/passwd / role 0\n"
			 "folder cur / role 0\nfolder . / role 0\nfolder .. / role 0\n"
			 "folder  - role 0\nfolder a\\0d\\0ab\\1b / role 0\n" },
	{ "names that differ only by case or spelling",
		LIT("* LIST () \"\\\"\" Abc\r\n* LIST () \"/\" abc\r\n* LIST () \"/\" a&AOQ-\r\n"
		    "* LIST () \"/\" \"a\303\244\"\r\n"),
		.heard = "folder Abc \" role 0\nfolder abc / role 0\nfolder a&AOQ- / role 0\n"
			 "folder a\\c3\\a4 / role 0\n" },
	{ "a name of 5,000 bytes", .before = "* LIST () \"/\" ", .repeated = "x", .times = 5000,
		.bytes = "\r\n", .heard = NULL },
	{ "100,000 folders", .repeated = "* LIST () \"/\" a\r\n", .times = 100000, .heard = NULL },
};

static void
play_row(const Row *row)
{
	print_message("  %s\n", row->name);
	FakeStep steps[10] = { { .send = IMAP_PLAY_PREAUTH }, { .expect = "NOOP" } };
	size_t at = 2;
	if (row->before)
		steps[at++].send = row->before;
	if (row->repeated)
		steps[at++] = (FakeStep){ .send = row->repeated, .times = row->times };
	if (row->bytes)
		steps[at++] = (FakeStep){ .bytes = row->bytes,
			.size = row->size ? row->size : strlen(row->bytes) };
	if (!row->code) {
		steps[at++].send = "%T OK done\r\n";
		steps[at++].expect = "NOOP";
		steps[at++].send = "%T OK done\r\n";
	}
	ImapPlay *play = imap_play_open(steps, NULL, NULL);
	assert_non_null(play->session);
	bool good = imap_play_noop(play);
	if (row->code) {
		if (good)
			fail_msg("%s: the session went on", row->name);
		imap_play_assert_error(play, row->name, row->code, row->words);
		imap_play_noop(play);
		imap_play_assert_error(play, row->name, row->code, row->words);
	} else if (!good || !imap_play_noop(play)) {
		fail_msg("%s: %s", row->name, play->error->message);
	}
	if (row->heard && strcmp(play->heard->str, row->heard) != 0)
		fail_msg("%s: heard %s", row->name, play->heard->str);
	imap_play_end(play, row->name);
	if (row->code) /* nothing is said to a server that broke the rules */
		assert_string_equal(fake_server_log(play->server), "c1 NOOP\n");
	imap_play_free(play);
}

static void
every_hostile_answer_is_skipped_or_ends_the_session(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		play_row(&rows[i]);
}

/* ---- greetings ---- */

static const struct {
	const char *name, *bytes;
	size_t size;
	int code;
	const char *words;
} greetings[] = {
	{ "BYE", LIT("* BYE too many connections\r\n"), .code = ACCOUNT_ERROR_OFFLINE,
		.words = "the server refuses the connection: too many connections" },
	{ "NO", LIT("* NO x\r\n"), .code = ACCOUNT_ERROR_REFUSED, .words = "no IMAP server" },
	{ "BAD", LIT("* BAD x\r\n"), .code = ACCOUNT_ERROR_REFUSED, .words = "no IMAP server" },
	{ "a continuation", LIT("+ go\r\n"), .code = ACCOUNT_ERROR_REFUSED, .words = "no IMAP" },
	{ "a tagged OK", LIT("c1 OK\r\n"), .code = ACCOUNT_ERROR_REFUSED, .words = "no IMAP" },
	{ "data", LIT("* 1 EXISTS\r\n"), .code = ACCOUNT_ERROR_REFUSED, .words = "no IMAP" },
	{ "POP3", LIT("+OK hello\r\n"), .code = ACCOUNT_ERROR_REFUSED, .words = "no IMAP" },
	{ "SMTP", LIT("220 hello\r\n"), .code = ACCOUNT_ERROR_REFUSED, .words = "no IMAP" },
	{ "HTTP", LIT("HTTP/1.1 400 Bad Request\r\n"), .code = ACCOUNT_ERROR_REFUSED,
		.words = "no IMAP" },
	{ "an empty line", LIT("\r\n"), .code = ACCOUNT_ERROR_REFUSED, .words = "no IMAP" },
	{ "NULs", LIT("\000\000\000"), .code = ACCOUNT_ERROR_REFUSED, .words = "a NUL" },
	{ "garbage", LIT("\377\376\001\r\n"), .code = ACCOUNT_ERROR_REFUSED, .words = "no IMAP" },
	{ "nothing at all", LIT(""), .code = ACCOUNT_ERROR_OFFLINE,
		.words = "did not answer for 2 s" },
};

static void
every_bad_greeting_ends_it_without_a_word(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(greetings); i++) {
		print_message("  %s\n", greetings[i].name);
		FakeStep steps[] = { { .bytes = greetings[i].bytes, .size = greetings[i].size },
			{ 0 } };
		ImapPlay *play = imap_play_open(steps, NULL, NULL);
		assert_null(play->session);
		imap_play_assert_error(
			play, greetings[i].name, greetings[i].code, greetings[i].words);
		imap_play_end(play, greetings[i].name);
		assert_string_equal(fake_server_log(play->server), "");
		imap_play_free(play);
	}
}

static void
a_greeting_with_badcharset_is_only_a_greeting(void **state)
{
	static const FakeStep steps[] = {
		{ .send = "* OK [BADCHARSET (\"x\")] hi\r\n" },
		{ .expect = "CAPABILITY" },
		{ .send = "* CAPABILITY IMAP4rev1 IDLE\r\n%T OK [ALERT]\r\n" },
		{ 0 },
	};
	ImapPlay *play = imap_play_open(steps, NULL, NULL);
	assert_non_null(play->session);
	assert_int_equal(imap_capabilities(play->session), IMAP_IDLE);
	imap_play_end(play, "badcharset");
	imap_play_free(play);
}

/* ---- STARTTLS ---- */

typedef struct TlsRow {
	const char *name;
	FakeStep steps[8];
	int code;
	const char *words;
} TlsRow;

static const char plain_greeting[] = "* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] hi\r\n";

static const TlsRow tls_rows[] = {
	{ "STARTTLS is not offered",
		{ { .send = "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n" } },
		ACCOUNT_ERROR_CERTIFICATE,
		"localhost: The server offers no STARTTLS; curlew does not send passwords in clear "
		"(tls = off allows it)." },
	{ "STARTTLS is not offered when asked",
		{ { .send = "* OK hi\r\n" }, { .expect = "CAPABILITY" },
			{ .send = "* CAPABILITY IMAP4rev1\r\n%T OK\r\n" } },
		ACCOUNT_ERROR_CERTIFICATE, "offers no STARTTLS" },
	{ "STARTTLS is refused",
		{ { .send = plain_greeting }, { .expect = "STARTTLS" },
			{ .send = "%T NO later\r\n" } },
		ACCOUNT_ERROR_CERTIFICATE, "the server says: later" },
	{ "STARTTLS is not known",
		{ { .send = plain_greeting }, { .expect = "STARTTLS" },
			{ .send = "%T BAD what\r\n" } },
		ACCOUNT_ERROR_CERTIFICATE, "the server says: what" },
	{ "logged in before TLS",
		{ { .send = "* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n" } },
		ACCOUNT_ERROR_CERTIFICATE, "logged in before TLS" },
	{ "BYE after STARTTLS",
		{ { .send = plain_greeting }, { .expect = "STARTTLS" }, { .send = "* BYE\r\n" } },
		ACCOUNT_ERROR_OFFLINE, "the server ended the session" },
	{ "a line behind the OK",
		{ { .send = plain_greeting }, { .expect = "STARTTLS" },
			{ .send = "%T OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" } },
		ACCOUNT_ERROR_CERTIFICATE, "the server sent data before TLS" },
	{ "an answer to a command not sent yet behind the OK",
		{ { .send = plain_greeting }, { .expect = "STARTTLS" },
			{ .send = "%T OK go\r\nc2 OK logged in\r\n" } },
		ACCOUNT_ERROR_CERTIFICATE, "the server sent data before TLS" },
	{ "half a line behind the OK",
		{ { .send = plain_greeting }, { .expect = "STARTTLS" },
			{ .send = "%T OK go\r\n* O" } },
		ACCOUNT_ERROR_CERTIFICATE, "the server sent data before TLS" },
	{ "a single LF behind the OK",
		{ { .send = plain_greeting }, { .expect = "STARTTLS" },
			{ .send = "%T OK go\r\n\n" } },
		ACCOUNT_ERROR_CERTIFICATE, "the server sent data before TLS" },
	{ "a line right after the OK",
		{ { .send = plain_greeting }, { .expect = "STARTTLS" }, { .send = "%T OK go\r\n" },
			{ .send = "* OK [CAPABILITY AUTH=PLAIN] x\r\n" } },
		ACCOUNT_ERROR_CERTIFICATE, "the server sent data before TLS" },
	{ "a line some time after the OK",
		{ { .send = plain_greeting }, { .expect = "STARTTLS" }, { .send = "%T OK go\r\n" },
			{ .delay = 200 }, { .send = "* OK [CAPABILITY AUTH=PLAIN] x\r\n" } },
		ACCOUNT_ERROR_CERTIFICATE, "the server sent data before TLS" },
	{ "the connection ends after the OK",
		{ { .send = plain_greeting }, { .expect = "STARTTLS" }, { .send = "%T OK go\r\n" },
			{ .cut = true } },
		ACCOUNT_ERROR_OFFLINE, "closed the connection while TLS began" },
};

static void
every_false_start_of_tls_is_refused(void **state)
{
	FakeAuthority *authority = fake_authority_new();
	FakeCertificate good = { .dns = { "localhost" } };
	gnutls_certificate_credentials_t credentials = fake_credentials_new(authority, &good, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tls_rows); i++) {
		const TlsRow *row = &tls_rows[i];
		print_message("  %s\n", row->name);
		ImapPlay *play = imap_play_open(row->steps, credentials, authority->file);
		assert_null(play->session);
		imap_play_assert_error(play, row->name, row->code, row->words);
		imap_play_end(play, row->name);
		/* what is in the log besides is a ClientHello */
		assert_false(fake_server_heard(play->server, "AUTHENTICATE*"));
		assert_false(fake_server_heard(play->server, "LOGIN*"));
		imap_play_free(play);
	}
	gnutls_certificate_free_credentials(credentials);
	fake_authority_free(authority);
}

static void
a_wrong_certificate_after_starttls_ends_it(void **state)
{
	static const FakeStep steps[] = { { .send = plain_greeting }, { .expect = "STARTTLS" },
		{ .send = "%T OK go\r\n" }, { .tls = true }, { 0 } };
	FakeAuthority *authority = fake_authority_new();
	FakeCertificate wrong = { .dns = { "evil.example" } };
	gnutls_certificate_credentials_t credentials =
		fake_credentials_new(authority, &wrong, NULL);
	ImapPlay *play = imap_play_open(steps, credentials, authority->file);
	assert_null(play->session);
	imap_play_assert_error(play, "wrong host", ACCOUNT_ERROR_CERTIFICATE,
		"the certificate is for evil.example; not connected, nothing was sent");
	imap_play_end(play, "wrong host");
	assert_string_equal(fake_server_log(play->server), "c1 STARTTLS\n");
	imap_play_free(play);
	gnutls_certificate_free_credentials(credentials);
	fake_authority_free(authority);
}

/* ---- cuts and silence ---- */

static const char long_answer[] =
	"* 3 EXISTS\r\n"
	"* 1 FETCH (UID 1 FLAGS (\\Seen) BODY[HEADER.FIELDS (DATE)] {9}\r\nDate: x\r\n)\r\n"
	"* 2 FETCH (UID 2 BODY[] {26}\r\nSubject: hello\r\n\r\nworld\r\n FLAGS ())\r\n"
	"* LIST () \"/\" {3}\r\nabc\r\n"
	"c1 OK done\r\n";

static void
a_cut_at_every_byte_leaves_no_half_message(void **state)
{
	for (size_t length = 0; length < sizeof long_answer - 1; length++) {
		FakeStep steps[] = { { .send = IMAP_PLAY_PREAUTH }, { .expect = "NOOP" },
			{ .bytes = long_answer, .size = length }, { .cut = true }, { 0 } };
		if (!length)
			steps[2] = (FakeStep){ .cut = true };
		ImapPlay *play = imap_play_open(steps, NULL, NULL);
		assert_non_null(play->session);
		assert_false(imap_play_noop(play));
		imap_play_assert_error(play, "cut", ACCOUNT_ERROR_OFFLINE, "closed the connection");
		/* each body that began was told of whole, or dropped */
		bool began = strstr(play->heard->str, "begin");
		bool told = strstr(play->heard->str, "fetch 2 uid 2 flags  body 26\n");
		bool dropped = strstr(play->heard->str, "drop\n");
		if (began != (told || dropped) || (told && dropped))
			fail_msg("cut at %zu: %s", length, play->heard->str);
		imap_play_free(play);
	}
}

static double
seconds_of_work(void)
{
	struct timespec now;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void
silence_in_the_midst_of_anything_ends_by_the_deadline(void **state)
{
	static const char *const beginnings[] = { "", "* 1 FET", "* 1 FETCH (BODY[] {5}\r\nab",
		"* 1 FETCH (BODY[HEADER] {5}\r\nab", "c1" };
	for (size_t i = 0; i < G_N_ELEMENTS(beginnings); i++) {
		FakeStep steps[] = { { .send = IMAP_PLAY_PREAUTH }, { .expect = "NOOP" },
			{ .send = beginnings[i] }, { 0 } };
		ImapPlay *play = imap_play_open(steps, NULL, NULL);
		double before = seconds_of_work();
		assert_false(imap_play_noop(play));
		imap_play_assert_error(
			play, beginnings[i], ACCOUNT_ERROR_OFFLINE, "did not answer for 2 s");
		assert_true(seconds_of_work() - before < 0.5); /* of the two seconds it waited */
		imap_play_free(play);
	}
}

/* ---- what all of it cost ---- */

static void
memory_stayed_small(void **state)
{
#if defined(__SANITIZE_ADDRESS__)
	skip(); /* the sanitizer keeps what was freed */
#endif
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	print_message("  %ld kB at most\n", usage.ru_maxrss);
	assert_true(usage.ru_maxrss < 256 << 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_hostile_answer_is_skipped_or_ends_the_session),
		cmocka_unit_test(every_bad_greeting_ends_it_without_a_word),
		cmocka_unit_test(a_greeting_with_badcharset_is_only_a_greeting),
		cmocka_unit_test(every_false_start_of_tls_is_refused),
		cmocka_unit_test(a_wrong_certificate_after_starttls_ends_it),
		cmocka_unit_test(a_cut_at_every_byte_leaves_no_half_message),
		cmocka_unit_test(silence_in_the_midst_of_anything_ends_by_the_deadline),
		cmocka_unit_test(memory_stayed_small),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
