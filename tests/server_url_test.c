#include <cmocka.h>
#include <string.h>

#include "backend/config.h"

typedef struct UrlCase {
	const char *url;
	bool tls_off;
	ServerScheme scheme;
	ServerSecurity security;
	const char *user, *host, *path;
	int port;
} UrlCase;

static const char email[] = "ada@example.org";

static const UrlCase good[] = {
	{ "imaps://ada@mail.example.org", false, SERVER_IMAP, SECURITY_TLS, "ada",
		"mail.example.org", NULL, 993 },
	{ "imap://ada@mail.example.org", false, SERVER_IMAP, SECURITY_STARTTLS, "ada",
		"mail.example.org", NULL, 143 },
	{ "imap://ada@mail.example.org", true, SERVER_IMAP, SECURITY_PLAIN, "ada",
		"mail.example.org", NULL, 143 },
	{ "IMAPS://ada@Mail.Example.Org/", false, SERVER_IMAP, SECURITY_TLS, "ada",
		"mail.example.org", NULL, 993 },
	/* the scheme, never the port, says what is encrypted */
	{ "imaps://ada@mail.example.org:143", false, SERVER_IMAP, SECURITY_TLS, "ada",
		"mail.example.org", NULL, 143 },
	{ "imap://ada@mail.example.org:993", false, SERVER_IMAP, SECURITY_STARTTLS, "ada",
		"mail.example.org", NULL, 993 },
	{ "imap://ada@mail.example.org:20143", false, SERVER_IMAP, SECURITY_STARTTLS, "ada",
		"mail.example.org", NULL, 20143 },
	{ "imaps://ada@mail.example.org", true, SERVER_IMAP, SECURITY_TLS, "ada",
		"mail.example.org", NULL, 993 },
	{ "smtp://ada@mail.example.org:25", false, SERVER_SMTP, SECURITY_STARTTLS, "ada",
		"mail.example.org", NULL, 25 },
	{ "smtp://mail.example.org", false, SERVER_SMTP, SECURITY_STARTTLS, email,
		"mail.example.org", NULL, 587 },
	{ "smtps://mail.example.org", false, SERVER_SMTP, SECURITY_TLS, email, "mail.example.org",
		NULL, 465 },
	{ "pop3s://ada@mail.example.org", false, SERVER_POP3, SECURITY_TLS, "ada",
		"mail.example.org", NULL, 995 },
	{ "pop3://ada@mail.example.org", false, SERVER_POP3, SECURITY_STARTTLS, "ada",
		"mail.example.org", NULL, 110 },
	/* the last @ parts, %XX is decoded, no user is the address */
	{ "imaps://ada@gmail.com@imap.gmail.com", false, SERVER_IMAP, SECURITY_TLS, "ada@gmail.com",
		"imap.gmail.com", NULL, 993 },
	{ "imaps://EX/ada@mail.example.org", false, SERVER_IMAP, SECURITY_TLS, "EX/ada",
		"mail.example.org", NULL, 993 },
	{ "imaps://ada%40x%3Ay%25%20@mail.example.org", false, SERVER_IMAP, SECURITY_TLS,
		"ada@x:y% ", "mail.example.org", NULL, 993 },
	{ "imaps://%C3%A4da@mail.example.org", false, SERVER_IMAP, SECURITY_TLS, "äda",
		"mail.example.org", NULL, 993 },
	{ "imaps://mail.example.org", false, SERVER_IMAP, SECURITY_TLS, email, "mail.example.org",
		NULL, 993 },
	{ "imaps://ada@mail.example.org.", false, SERVER_IMAP, SECURITY_TLS, "ada",
		"mail.example.org", NULL, 993 },
	{ "imaps://ada@bücher.example", false, SERVER_IMAP, SECURITY_TLS, "ada",
		"xn--bcher-kva.example", NULL, 993 },
	{ "imaps://ada@127.0.0.1:10993", false, SERVER_IMAP, SECURITY_TLS, "ada", "127.0.0.1", NULL,
		10993 },
	{ "imaps://ada@[2001:db8::1]", false, SERVER_IMAP, SECURITY_TLS, "ada", "2001:db8::1", NULL,
		993 },
	{ "imaps://ada@[fe80::1%eth0]:1993", false, SERVER_IMAP, SECURITY_TLS, "ada",
		"fe80::1%eth0", NULL, 1993 },
	{ "local:", false, SERVER_LOCAL, SECURITY_TLS, NULL, NULL, NULL, 0 },
	{ "sendmail:/usr/sbin/sendmail", false, SERVER_SENDMAIL, SECURITY_TLS, NULL, NULL,
		"/usr/sbin/sendmail", 0 },
};

static void
same(const char *is, const char *wanted)
{
	if (wanted)
		assert_string_equal(is, wanted);
	else
		assert_null(is);
}

static void
addresses_are_read(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		Server server;
		g_autoptr(GError) error = NULL;
		if (!server_parse(good[i].url, email, good[i].tls_off, &server, &error))
			fail_msg("%s: %s", good[i].url, error->message);
		assert_int_equal(server.scheme, good[i].scheme);
		assert_int_equal(server.security, good[i].security);
		assert_int_equal(server.port, good[i].port);
		same(server.user, good[i].user);
		same(server.host, good[i].host);
		same(server.path, good[i].path);
		server_clear(&server);
	}
}

static const struct {
	const char *url, *says;
} bad[] = {
	{ "", "no server address" },
	{ "mail.example.org", "no server address" },
	{ "mail.example.org:993", "no server address" },
	{ "imapss://mail.example.org", "did you mean 'imaps'?" },
	{ "https://mail.example.org", "unknown scheme 'https://'" },
	{ "imaps:mail.example.org", "// is missing" },
	{ "imaps://", "name is missing" },
	{ "imaps://ada@", "name is missing" },
	{ "imaps://@mail.example.org", "user before @ is empty" },
	{ "imaps://ada:geheim@mail.example.org", "a password does not belong" },
	{ "imaps://ada%4@mail.example.org", "hex digits" },
	{ "imaps://ada%zz@mail.example.org", "hex digits" },
	{ "imaps://ada%0d%0aA1@mail.example.org", "control character" },
	{ "imaps://ada%00@mail.example.org", "control character" },
	{ "imaps://ada%ff@mail.example.org", "no UTF-8" },
	{ "imaps://ada@mail\r\n.example.org", "control character" },
	{ "imaps://ada@mail .example.org", "no server's name" },
	{ "imaps://ada@mail..example.org", "no server's name" },
	{ "imaps://ada@.example.org", "no server's name" },
	{ "imaps://ada@mail_$x.example.org", "no server's name" },
	{ "imaps://ada@mail.example.org:0", "no port" },
	{ "imaps://ada@mail.example.org:65536", "no port" },
	{ "imaps://ada@mail.example.org:99999999999999999999", "no port" },
	{ "imaps://ada@mail.example.org:", "no port" },
	{ "imaps://ada@mail.example.org:+1", "no port" },
	{ "imaps://ada@mail.example.org/INBOX", "not understood" },
	{ "imaps://ada@2001:db8::1", "in brackets" },
	{ "imaps://ada@[2001:db8::1", "no IPv6 address" },
	{ "imaps://ada@[mail.example.org]", "no IPv6 address" },
	{ "imaps://ada@[::1]993", "not understood" },
	{ "local:/home/ada/Mail", "nothing follows local:" },
	{ "sendmail:", "whole path" },
	{ "sendmail:msmtp", "whole path" },
};

static void
bad_addresses_are_refused_in_words(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		Server server;
		g_autoptr(GError) error = NULL;
		if (server_parse(bad[i].url, email, false, &server, &error))
			fail_msg("'%s' was taken", bad[i].url);
		if (!strstr(error->message, bad[i].says))
			fail_msg("'%s': %s", bad[i].url, error->message);
		assert_null(server.user);
		assert_null(server.host);
	}
}

static void
an_address_without_any_user_is_refused(void **state)
{
	Server server;
	g_autoptr(GError) error = NULL;
	assert_false(server_parse("imaps://mail.example.org", NULL, false, &server, &error));
	assert_non_null(strstr(error->message, "user is missing"));
}

static const struct {
	const char *patterns, *folder;
	bool matches;
} folders[] = {
	{ "*", "INBOX", true },
	{ "*", "Lists/notmuch", true },
	{ "%", "Lists/notmuch", false },
	{ "Lists/%", "Lists/notmuch", true },
	{ "Lists/%", "Lists/a/b", false },
	{ "Lists/*", "Lists/a/b", true },
	{ "Lists/*", "Lists", false },
	{ "* !Spam", "Spam", false },
	{ "!Spam *", "Spam", false },
	{ "* !Spam", "Spam/Old", true },
	{ "* !Spam*", "Spam/Old", false },
	{ "!Spam", "INBOX", true },
	{ "!Spam", "Spam", false },
	{ "inbox", "INBOX", true },
	{ "sent", "Sent", false },
	{ "INBOX Sent", "Sent", true },
	{ "INBOX Sent", "Drafts", false },
	{ "*a*a*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		false },
};

static void
folder_patterns_match(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_auto(GStrv) patterns = g_strsplit(folders[i].patterns, " ", -1);
		if (config_folder_matches(patterns, folders[i].folder) != folders[i].matches)
			fail_msg("%s on %s", folders[i].patterns, folders[i].folder);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read),
		cmocka_unit_test(bad_addresses_are_refused_in_words),
		cmocka_unit_test(an_address_without_any_user_is_refused),
		cmocka_unit_test(folder_patterns_match),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
