#include <cmocka.h>
#include <string.h>

#include "backend/wire/probe.h"
#include "tests/fake_certificate.h"
#include "tests/fake_server.h"

typedef struct Row {
	const char *name;
	FakeStep steps[8];
	bool clear, /* no STARTTLS before the steps */
		plain, without_secret, wrong_host;
	const char *said; /* "step ok; step failed: words;" */
	const char *help; /* part of the failing step's */
	const char *code; /* of the failing step */
} Row;

/* What comes before the steps of a row that is not plain. */
static const FakeStep to_tls[] = {
	{ .send = "* OK [CAPABILITY IMAP4rev1 STARTTLS] hi\r\n" },
	{ .expect = "STARTTLS" },
	{ .send = "%T OK go\r\n" },
	{ .tls = true },
	{ .expect = "CAPABILITY" },
	{ .send = "* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\n%T OK\r\n" },
};

static const Row rows[] = {
	{ "all is well",
		{ { .expect = "AUTHENTICATE PLAIN *" },
			{ .send = "%T OK [CAPABILITY IMAP4rev1] in\r\n" },
			{ .expect = "LIST \"\" \"*\"" },
			{ .send = "* LIST () \"/\" INBOX\r\n* LIST () \"/\" x\r\n%T OK\r\n" },
			{ .expect = "EXAMINE \"INBOX\"" },
			{ .send = "* 7 EXISTS\r\n%T OK done\r\n" } },
		.said = "dns ok 127.0.0.1; tcp ok; tls ok TLS 1.3; login ok; "
			"folders ok 2 folders, INBOX has 7 messages; " },
	{ "a wrong password",
		{ { .expect = "AUTHENTICATE PLAIN *" }, { .send = "%T NO wrong\r\n" } },
		.said = "dns ok 127.0.0.1; tcp ok; tls ok TLS 1.3; login failed as user ada: "
			"localhost: the server says: wrong; ",
		.help = "Check user and password", .code = "auth" },
	{ "no password", { { 0 } }, .without_secret = true,
		.said = "dns ok 127.0.0.1; tcp ok; tls ok TLS 1.3; login ok; " },
	{ "a wrong host", { { 0 } }, .wrong_host = true,
		.said = "dns ok 127.0.0.1; tcp ok; tls failed the certificate is for "
			"evil.example; ",
		.help = "Check host and port", .code = "certificate" },
	{ "no STARTTLS", { { .send = "* OK [CAPABILITY IMAP4rev1] hi\r\n" } }, .clear = true,
		.said = "dns ok 127.0.0.1; tcp ok; tls failed offers no STARTTLS; ",
		.help = "Check host and port", .code = "certificate" },
	{ "no encryption, by wish",
		{ { .send = "* OK [CAPABILITY IMAP4rev1] hi\r\n" }, { .expect = "LOGIN *" },
			{ .send = "%T OK [CAPABILITY IMAP4rev1] in\r\n" }, { .expect = "LIST *" },
			{ .send = "%T OK\r\n" } },
		.clear = true, .plain = true,
		.said = "dns ok 127.0.0.1; tcp ok; tls ok not encrypted (tls = off); login ok; "
			"folders failed no INBOX; ",
		.help = "shows no mail", .code = "refused" },
	{ "not now", { { .send = "* BYE too many connections\r\n" } }, .clear = true,
		.said = "dns ok 127.0.0.1; tcp ok; tls failed too many connections; ",
		.help = "Is the port right", .code = "offline" },
	{ "cut before TLS", { { .cut = true } }, .clear = true,
		.said = "dns ok 127.0.0.1; tcp ok; tls failed closed the connection; ",
		.help = "Is the port right", .code = "offline" },
	{ "cut at the login", { { .expect = "AUTHENTICATE PLAIN *" }, { .cut = true } },
		.said = "dns ok 127.0.0.1; tcp ok; tls ok TLS 1.3; login failed cut; ",
		.help = "try again later", .code = "offline" },
	{ "throttled",
		{ { .expect = "AUTHENTICATE PLAIN *" },
			{ .send = "%T OK [CAPABILITY IMAP4rev1] in\r\n" }, { .expect = "LIST *" },
			{ .send = "%T NO [THROTTLED] later\r\n" } },
		.said = "dns ok 127.0.0.1; tcp ok; tls ok TLS 1.3; login ok; folders failed "
			"later; ",
		.help = "shows no mail", .code = "offline" },
};

typedef struct Heard {
	const char *wanted; /* what is still to come */
	const char *help, *code;
	bool went_wrong;
} Heard;

static void
on_step(const ProbeStep *step, void *data)
{
	Heard *heard = data;
	const char *text = step->text;
	g_autofree char *head = g_strdup_printf("%s %s", step->name, step->ok ? "ok" : "failed");
	const char *end = strstr(heard->wanted, "; ");
	if (!end || !g_str_has_prefix(heard->wanted, head)) {
		print_message("  got %s %s, wanted %s\n", head, text, heard->wanted);
		heard->went_wrong = true;
		return;
	}
	const char *words = heard->wanted + strlen(head);
	g_autofree char *part = g_strndup(words, end - words);
	bool right = strstr(text, g_strstrip(part)) &&
	             (step->ok ? !step->help && !step->code
			       : step->help && strstr(step->help, heard->help) &&
					     g_strcmp0(step->code, heard->code) == 0);
	if (!right)
		print_message("  got %s %s (%s, %s), wanted %s\n", head, text, step->code,
			step->help, part);
	heard->went_wrong |= !right;
	heard->wanted = end + 2;
}

static void
every_step_is_told_in_words(void **state)
{
	FakeAuthority *authority = fake_authority_new();
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Row *row = &rows[i];
		print_message("  %s\n", row->name);
		FakeCertificate shown = { .dns = { row->wrong_host ? "evil.example"
								   : "localhost" } };
		gnutls_certificate_credentials_t credentials =
			fake_credentials_new(authority, &shown, NULL);
		FakeStep steps[G_N_ELEMENTS(to_tls) + G_N_ELEMENTS(row->steps) + 1] = { 0 };
		size_t before = row->clear ? 0 : G_N_ELEMENTS(to_tls);
		memcpy(steps, to_tls, before * sizeof *steps);
		memcpy(steps + before, row->steps, sizeof row->steps);
		FakeServer *server = fake_server_start(steps, credentials, NULL);
		AccountConfig account = { .name = "work",
			.incoming = { .scheme = SERVER_IMAP,
				.security = row->plain ? SECURITY_PLAIN : SECURITY_STARTTLS,
				.user = "ada",
				.host = "localhost",
				.port = fake_server_port(server) },
			.ca_file = authority->file };
		Heard heard = { .wanted = row->said, .help = row->help, .code = row->code };
		bool good = probe_run(&account, row->without_secret ? NULL : "pw", on_step, &heard);
		assert_false(heard.went_wrong);
		assert_string_equal(heard.wanted, "");
		assert_int_equal(good, !row->help);
		fake_server_join(server);
		if (row->wrong_host)
			assert_string_equal(fake_server_log(server), "c1 STARTTLS\n");
		fake_server_free(server);
		gnutls_certificate_free_credentials(credentials);
	}
	fake_authority_free(authority);
}

static void
a_local_account_has_no_server_to_probe(void **state)
{
	AccountConfig account = { .name = "old", .incoming = { .scheme = SERVER_LOCAL } };
	Heard heard = { .wanted = "dns ok needs no server; " };
	assert_true(probe_run(&account, NULL, on_step, &heard));
	assert_false(heard.went_wrong);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_step_is_told_in_words),
		cmocka_unit_test(a_local_account_has_no_server_to_probe),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
