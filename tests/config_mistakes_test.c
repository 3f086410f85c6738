#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/config.h"
#include "backend/error.h"

static Config *
parse(const char *text, unsigned mode)
{
	return config_parse(text, strlen(text), mode, NULL);
}

/* All problems, one a line; warnings begin with ~. */
static char *
problems_of(const Config *config)
{
	GString *all = g_string_new(NULL);
	const GPtrArray *problems = config_problems(config);
	for (guint i = 0; i < problems->len; i++) {
		const ConfigProblem *problem = g_ptr_array_index(problems, i);
		g_autofree char *text = config_problem_text(problem);
		g_string_append_printf(all, "%s%s\n", problem->warning ? "~" : "", text);
	}
	return g_string_free(all, FALSE);
}

static char *
accounts_of(const Config *config)
{
	GString *all = g_string_new(NULL);
	const GPtrArray *accounts = config_accounts(config);
	for (guint i = 0; i < accounts->len; i++)
		g_string_append_printf(all, "%s%s", i ? " " : "",
			((const AccountConfig *)g_ptr_array_index(accounts, i))->name);
	return g_string_free(all, FALSE);
}

#define WORK "account work {\n email = a@x.org\n incoming = \"imaps://x.org\"\n}\n"

typedef struct ConfigCase {
	const char *text, *accounts, *problems;
} ConfigCase;

static const ConfigCase cases[] = {
	{ "", "", "" },
	{ "# nothing\n\n  # but comments", "", "" },
	{ "\xef\xbb\xbf" WORK, "work", "" },
	{ WORK, "work", "" },
	/* several pairs on a line, CRLF, comments anywhere, words without quotes */
	{ "account work { email=a@x.org incoming=imaps://x.org:1993 } # end", "work", "" },
	{ "account work {\r\n email = a@x.org # me\r\n incoming = local: }\r\n", "work", "" },
	{ "account \"work\"\n{\n incoming = local: }", "work", "" },
	/* what is unknown, with its neighbour */
	{ "account work {\n   incomming = \"imaps://x.org\"\n}\n", "",
		"config:2:4: unknown option 'incomming' (did you mean 'incoming'?)\n" },
	{ "acount work { incoming = local: }", "",
		"config:1:1: unknown block 'acount' (did you mean 'account'?)\n" },
	{ "account work { incoming = local: zzz = 1 }", "", "config:1:34: unknown option 'zzz'\n" },
	{ "email = a@x.org\n" WORK, "work",
		"config:1:1: unknown option 'email' outside all blocks\n" },
	/* columns count characters */
	{ "account work { name = \"Ädä\" zzz = 1 incoming = local: }", "",
		"~config:1:16: option 'name' is not used yet\n"
		"config:1:29: unknown option 'zzz'\n" },
	/* a bad block never stops the others */
	{ "account a { incoming = local: tls = maybe }\n" WORK, "work",
		"config:1:37: 'tls' is on or off, not 'maybe'\n" },
	{ "account a {\n incoming = local:\n" WORK, "work",
		"config:3:1: 'account' inside 'account a': is a } missing before it?\n" },
	{ "account a {\n incoming = \"local:\n}\n" WORK, "work",
		"config:2:13: the quote is not closed on its line\n" },
	{ "account a { incoming local: }\n" WORK, "work",
		"config:1:13: 'incoming' is neither an option (= is missing) nor a block ({ is "
		"missing)\n"
		"config:2:1: 'account' inside 'account a': is a } missing before it?\n" },
	{ WORK "account a {\n incoming = local:\n", "work",
		"config:5:1: 'account a' is not closed: } is missing\n" },
	{ "}\n" WORK, "work", "config:1:1: } without its {\n" },
	{ "garbage\n" WORK, "work",
		"config:1:1: 'garbage' is neither an option (= is missing) nor a block ({ is "
		"missing)\n" },
	{ "account a { folders = {\"*\" incoming = local: }\n" WORK, "work",
		"config:2:1: 'account' inside 'account a': is a } missing before it?\n" },
	{ "account a { email = \n incoming = local: }\n" WORK, "work",
		"config:1:21: the value is missing here\n" },
	{ "account a { email = # none\n incoming = local: }\n" WORK, "work",
		"config:1:21: the value is missing: # begins a comment (put the value in "
		"quotes)\n" },
	/* twice */
	{ WORK WORK, "work", "config:5:1: 'account work' stands twice (first in line 1)\n" },
	{ "account a { incoming = local: incoming = local: }\n" WORK, "work",
		"config:1:31: option 'incoming' stands twice in this block (first in line 1)\n" },
	/* names */
	{ "account { incoming = local: }", "",
		"config:1:1: 'account' needs a name: account NAME { … }\n" },
	{ "account .a { incoming = local: }", "",
		"config:1:1: '.a' cannot be an account's name: it is empty, begins with '.' or is "
		"longer than 64\n" },
	{ "account \"../a\" { incoming = local: }", "",
		"config:1:1: an account's name has letters, digits, '.', '_', '-' only, not "
		"'../a'\n" },
	{ "account drafts { incoming = local: }", "",
		"config:1:1: 'drafts' is the name of a file of curlew's own\n" },
	{ "account index.db { incoming = local: }", "",
		"config:1:1: 'index.db' is the name of a file of curlew's own\n" },
	/* places of mail */
	{ "account a { incoming = local: path = \"../b\" }", "",
		"config:1:38: '../b' is no directory below mail-root; write it as seen from there, "
		"without / at its ends, ., .., cur, new, tmp, .notmuch\n" },
	{ "account a { incoming = local: path = b }\naccount b { incoming = local: }", "a",
		"config:2:1: the directory 'b' and that of account 'a' ('b') lie in each other\n" },
	{ "account a { incoming = local: }\naccount b { incoming = local: path = a/b }", "a",
		"config:2:38: the directory 'a/b' and that of account 'a' ('a') lie in each "
		"other\n" },
	{ "mail-root = Mail\n" WORK, "",
		"config:1:13: 'mail-root' is a path that begins with / or ~/, not 'Mail'\n"
		"config:2:1: account 'work' is not used until the options for all accounts are "
		"right\n" },
	{ "mial-root = \"/m\"\n" WORK, "",
		"config:1:1: unknown option 'mial-root' (did you mean 'mail-root'?)\n"
		"config:2:1: account 'work' is not used until the options for all accounts are "
		"right\n" },
	{ "mail-root \"/m\"\n" WORK, "",
		"config:1:1: 'mail-root' is neither an option (= is missing) nor a block ({ is "
		"missing)\n"
		"config:2:1: account 'work' is not used until the options for all accounts are "
		"right\n" },
	/* servers and encryption */
	{ "account a { email = a@x.org }", "",
		"config:1:1: account 'a' has no 'incoming' (imaps://… or local:)\n" },
	{ "account a { incoming = smtps://a@x.org }", "",
		"config:1:24: this address sends mail: it belongs to 'outgoing'; 'incoming' is "
		"imaps://, imap://, pop3s://, pop3:// or local:\n" },
	{ "account a { incoming = imaps://a@x.org outgoing = imaps://x.org }", "",
		"~config:1:40: option 'outgoing' is not used yet\n"
		"config:1:51: 'outgoing' is smtps://, smtp:// or sendmail:/path, not "
		"'imaps://x.org'\n" },
	{ "account a { incoming = imaps://a@x.org tls = off }", "",
		"config:1:46: tls = off has no effect here: it is for imap://, pop3:// and smtp:// "
		"(imaps:// always encrypts)\n" },
	{ "account a { incoming = imaps://x.org }", "",
		"config:1:24: the user is missing (user@ before the server, or email = …)\n" },
	{ "account a { incoming = imaps://a@x.org pin = \"sha256:12\" }", "",
		"config:1:46: 'pin' is sha256: and 64 hex digits\n" },
	{ "account a { incoming = imaps://x.org email = Ada }", "",
		"config:1:46: 'Ada' is no address (ada@example.org)\n" },
	/* types */
	{ "account a { incoming = local: max-size = 8X }", "",
		"config:1:42: 'max-size' is a size (8M, 500K, 0), not '8X'\n" },
	{ "account a { incoming = local: max-size = 99999999999G }", "",
		"config:1:42: 'max-size' is a size (8M, 500K, 0), not '99999999999G'\n" },
	{ "account a { incoming = local: max-age = soon }", "",
		"config:1:41: 'max-age' is a time (90, 10min, 14d, 1y, forever), not 'soon'\n" },
	{ "account a { incoming = local: download = header }", "",
		"config:1:42: 'download' is one of full, headers, not 'header' (did you mean "
		"'headers'?)\n" },
	{ "account a { incoming = local: email = {a, b} }", "",
		"config:1:39: 'email' is one value, not a list in braces\n" },
	{ "account a { incoming = local: poll = 0 }", "",
		"config:1:38: 'poll' is at least 1 (second)\n" },
	{ "account a { incoming = local: password-command = \"pass 'x\" }", "",
		"config:1:50: 'password-command' is a program and its arguments (run without a "
		"shell); 'pass 'x' cannot be split into words\n" },
	{ "account a { incoming = local: password-command = {} }", "",
		"config:1:50: 'password-command' is a program and its arguments (run without a "
		"shell); '' cannot be split into words\n" },
	{ "account a { incoming = local: password = x password-command = y }", "",
		"config:1:42: 'password' and 'password-command' exclude each other\n" },
	/* all mistakes of a block in one run */
	{ "account a {\n incoming = imapz://a@x.org\n email = \"Ada <a@x.org>\"\n pin = 1\n"
	  " tls = starttls\n password = x password-command = y\n zzz = 1\n poll = 0\n}\n",
		"",
		"config:2:13: unknown scheme 'imapz://' (did you mean 'imap'?)\n"
		"config:3:10: 'Ada <a@x.org>' is no address (ada@example.org)\n"
		"config:4:8: 'pin' is sha256: and 64 hex digits\n"
		"config:5:8: 'tls' is on or off, not 'starttls'\n"
		"config:6:13: 'password' and 'password-command' exclude each other\n"
		"config:7:2: unknown option 'zzz'\n"
		"config:8:9: 'poll' is at least 1 (second)\n" },
	{ "account a { incoming = local: email = \"\\\"a b\\\"@x.org\" pin = 1 }", "",
		"config:1:39: '\"a b\"@x.org' is no address (ada@example.org)\n"
		"config:1:61: 'pin' is sha256: and 64 hex digits\n" },
	{ "account a { incomming = local: email = a }", "",
		"config:1:13: unknown option 'incomming' (did you mean 'incoming'?)\n"
		"config:1:40: 'a' is no address (ada@example.org)\n" },
	{ "account a { incoming = imaps://x.org email = {a} pin = 1 }", "",
		"config:1:46: 'email' is one value, not a list in braces\n"
		"config:1:56: 'pin' is sha256: and 64 hex digits\n" },
	{ "account a { incoming = {} email = {} poll = {} tls = {} path = {}\n folders = \n}", "",
		"config:1:24: 'incoming' is one value, not a list in braces\n"
		"config:1:35: 'email' is one value, not a list in braces\n"
		"config:1:45: 'poll' is one value, not a list in braces\n"
		"config:1:54: 'tls' is one value, not a list in braces\n"
		"config:1:64: 'path' is one value, not a list in braces\n"
		"config:2:12: the value is missing here\n" },
	/* quotes of another kind */
	{ "account a {\n incoming = local:\n name = 'Ada Lovelace'\n pin = 1\n}\n" WORK, "work",
		"config:3:9: quotes are \", not ' (a value that begins with ' is put in \"…\")\n"
		"config:4:8: 'pin' is sha256: and 64 hex digits\n" },
	{ "account a { incoming = local: folders = {'*', x} email = 'a b' pin = 1 }\n" WORK, "work",
		"config:1:42: quotes are \", not ' (a value that begins with ' is put in "
		"\"…\")\n"
		"config:1:58: quotes are \", not ' (a value that begins with ' is put in "
		"\"…\")\n"
		"config:1:70: 'pin' is sha256: and 64 hex digits\n" },
	{ "account a { incoming = local: ca-file = /nowhere/ca.pem }", "a",
		"~config:1:41: 'ca-file' cannot be read: /nowhere/ca.pem: No such file or "
		"directory\n" },
	{ "rule lists { move = \"a/b\" }", "",
		"~config:1:1: 'rule' is not used yet\n"
		"config:1:1: 'rule lists' has no 'query'\n" },
	/* what is accepted and not used yet */
	{ "account a { incoming = local: leave-on-server = until-deleted }", "a",
		"~config:1:31: option 'leave-on-server' is not used yet\n" },
	{ "account a { incoming = local: leave-on-server = never }", "",
		"config:1:49: 'leave-on-server' is a time (90, 10min, 14d, 1y, forever, "
		"until-deleted), not 'never'\n" },
	{ "account a { incoming = pop3s://a@x.org }", "a", "~config:1:24: POP3 is not used yet\n" },
	{ "account a { incoming = local: folder \"L/*\" { download = headers } }", "a",
		"~config:1:31: 'folder' is not used yet\n" },
	{ "account a { incoming = local: folder \"L/*\" { downlod = headers } }", "",
		"~config:1:31: 'folder' is not used yet\n"
		"config:1:46: unknown option 'downlod' (did you mean 'download'?)\n" },
	{ "folder \"L\" { download = headers }", "",
		"config:1:1: 'folder' stands inside an account\n" },
	{ "rule lists { query = \"to:x\" move = \"a/b\" tag = {\"+l\"} on = incoming }", "",
		"~config:1:1: 'rule' is not used yet\n" },
	/* bytes */
	{ "account a { incoming = local: name = \"\xff\" }\n" WORK, "work",
		"config:1:38: this is not UTF-8 text\n"
		"config:2:1: 'account' inside 'account a': is a } missing before it?\n" },
	{ "account a { incoming = local: name = \"a\"b }\n" WORK, "work",
		"config:1:41: a blank is missing after the closing quote (a quote inside is "
		"written "
		"\\\")\n"
		"config:2:1: 'account' inside 'account a': is a } missing before it?\n" },
};

static void
every_mistake_is_named_with_its_place(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Config) config = parse(cases[i].text, 0600);
		g_autofree char *problems = problems_of(config);
		g_autofree char *accounts = accounts_of(config);
		if (strcmp(problems, cases[i].problems) != 0 ||
			strcmp(accounts, cases[i].accounts) != 0)
			fail_msg("case %zu:\n%s\nis [%s]\n%swanted [%s]\n%s", i, cases[i].text,
				accounts, problems, cases[i].accounts, cases[i].problems);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_mistake_is_named_with_its_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
