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

#define WORK "account work {\n email = a@x.org\n incoming = \"imaps://x.org\"\n}\n"

static const struct {
	unsigned mode;
	bool taken;
} modes[] = { { 0600, true }, { 0400, true }, { 0700, true }, { 0644, false }, { 0640, false },
	{ 0604, false }, { 0660, false } };

static void
a_password_stands_only_in_a_private_file(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
		g_autoptr(Config) config =
			parse("account a { incoming = imaps://a@x.org password = geheim }\n" WORK,
				modes[i].mode);
		g_autofree char *problems = problems_of(config);
		assert_int_equal(config_account(config, "a") != NULL, modes[i].taken);
		assert_non_null(config_account(config, "work"));
		g_autofree char *mode = g_strdup_printf("mode %04o", modes[i].mode);
		assert_int_equal(strstr(problems, mode) != NULL, !modes[i].taken);
		assert_null(strstr(problems, "geheim"));
	}
}

static const char whole[] =
	"mail-root = ~/Mail\n"
	"account work {\n"
	"  name = \"Ada \\\"Countess\\\" Lovelace\" email = \"ada@example.org\"\n"
	"  incoming = \"imap://ada@gmail.com@imap.example.org\" tls = off\n"
	"  outgoing = \"smtp://mail.example.org:25\"\n"
	"  password = \"${HOME} $(id) \\\\ \\x {}#=\"\n"
	"  ca-file = ~/ca.pem\n"
	"  pin = \"sha256:"
	"ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef0123456789\"\n"
	"  download = headers max-size = 8M max-age = 1y poll = 2\n"
	"  folders = {\"*\", \"!Spam\" Lists}\n"
	"  sent = \"Gesendet\" path = mail/work\n"
	"}\n"
	"account home { incoming = local: }\n";

static void
an_account_has_all_its_values(void **state)
{
	g_autoptr(Config) config = parse(whole, 0600);
	const AccountConfig *work = config_account(config, "work");
	g_autofree char *root = g_build_filename(g_get_home_dir(), "Mail", NULL);
	g_autofree char *ca = g_build_filename(g_get_home_dir(), "ca.pem", NULL);
	assert_non_null(work);
	assert_string_equal(work->full_name, "Ada \"Countess\" Lovelace");
	assert_string_equal(work->email, "ada@example.org");
	assert_string_equal(work->mail_root, root);
	assert_string_equal(work->path, "mail/work");
	assert_string_equal(work->incoming.user, "ada@gmail.com");
	assert_int_equal(work->incoming.security, SECURITY_PLAIN);
	assert_true(work->has_outgoing);
	assert_string_equal(work->outgoing.user, "ada@gmail.com");
	assert_int_equal(work->outgoing.port, 25);
	assert_string_equal(work->password, "${HOME} $(id) \\ \\x {}#=");
	assert_string_equal(work->auth, "password");
	assert_string_equal(work->ca_file, ca);
	assert_string_equal(work->pin,
		"sha256:abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789");
	assert_int_equal(work->download, DOWNLOAD_HEADERS);
	assert_int_equal(work->max_size, 8 << 20);
	assert_int_equal(work->max_age, 365 * 24 * 3600);
	assert_int_equal(work->poll, 2);
	assert_string_equal(work->folders[0], "*");
	assert_string_equal(work->folders[1], "!Spam");
	assert_string_equal(work->folders[2], "Lists");
	assert_null(work->folders[3]);
	assert_string_equal(work->sent, "Gesendet");
	assert_null(work->junk);
}

static void
an_account_has_its_defaults(void **state)
{
	g_autoptr(Config) config = parse(whole, 0600);
	const AccountConfig *home = config_account(config, "home");
	assert_non_null(home);
	assert_string_equal(home->path, "home");
	assert_int_equal(home->incoming.scheme, SERVER_LOCAL);
	assert_int_equal(home->download, DOWNLOAD_FULL);
	assert_int_equal(home->max_size, 0);
	assert_int_equal(home->max_age, 0);
	assert_int_equal(home->poll, 60);
	assert_string_equal(home->folders[0], "*");
	assert_null(home->folders[1]);
	assert_null(home->password);
	assert_null(home->password_command);
	assert_null(config_account(config, "nobody"));
}

static const ConfigOption view_options[] = {
	{ .name = "query", .type = CONFIG_TEXT },
	{ .name = "size", .type = CONFIG_NUMBER, .fallback = "7" },
	{ NULL },
};

static const ConfigTable more_tables[] = {
	{ .kind = "view", .named = true, .options = view_options, .help = "a saved search" },
	{ .kind = "bind", .named = true, .any_key = true, .help = "keys" },
	{ NULL },
};

static void
tables_handed_in_count(void **state)
{
	static const char text[] =
		"view unread { query = \"tag:unread\" }\n"
		"view bad { size = x }\n"
		"bind list { \"gi\" = \"folder inbox\"  \"]]\" = next-unread }\n";
	g_autoptr(Config) config = config_parse(text, strlen(text), 0600, more_tables);
	assert_int_equal(config_problems(config)->len, 1);
	g_autoptr(GPtrArray) views = config_blocks(config, "view");
	g_autoptr(GPtrArray) binds = config_blocks(config, "bind");
	assert_int_equal(views->len, 1);
	assert_int_equal(binds->len, 1);
	const ConfigBlock *view = g_ptr_array_index(views, 0);
	const ConfigBlock *bind = g_ptr_array_index(binds, 0);
	assert_string_equal(config_text(config, view, "query"), "tag:unread");
	assert_int_equal(config_number(config, view, "size"), 7);
	assert_null(config_text(config, view, "nothing"));
	assert_string_equal(config_text(config, bind, "]]"), "next-unread");
	g_auto(GStrv) none = config_list(config, view, "nothing");
	assert_null(none[0]);
}

/* Every beginning of a good file, and the file with any one byte spoilt, is read without harm. */
static void
any_bytes_are_survived(void **state)
{
	char text[sizeof whole];
	for (size_t cut = 0; cut < sizeof whole - 1; cut++) {
		static const char bytes[] = { '\0', '"', '{', '}', '=', '\n', '#', '\\', '\xff' };
		memcpy(text, whole, sizeof whole);
		config_free(config_parse(whole, cut, 0600, NULL));
		for (size_t i = 0; i < sizeof bytes; i++) {
			text[cut] = bytes[i];
			config_free(config_parse(text, sizeof whole - 1, 0600, NULL));
		}
	}
}

/* ---- files ---- */

typedef struct Place {
	char *directory, *path;
} Place;

static int
place_setup(void **state)
{
	Place *place = g_new0(Place, 1);
	place->directory = g_dir_make_tmp("curlew-config-XXXXXX", NULL);
	place->path = g_build_filename(place->directory, "deep", "config", NULL);
	*state = place;
	return place->directory ? 0 : -1;
}

static int
place_teardown(void **state)
{
	Place *place = *state;
	g_autofree char *deep = g_path_get_dirname(place->path);
	g_unlink(place->path);
	g_rmdir(deep);
	g_rmdir(place->directory);
	g_free(place->directory);
	g_free(place->path);
	g_free(place);
	return 0;
}

static void
what_init_writes_is_right_and_private(void **state)
{
	const Place *place = *state;
	static const char *const addresses[] = { NULL, "ada@example.org", "ada@drafts.org",
		"ada@localhost", "a%b@x.org" };
	for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
		g_autoptr(GError) error = NULL;
		GStatBuf status;
		assert_true(config_init(place->path, addresses[i], more_tables, &error));
		assert_int_equal(g_stat(place->path, &status), 0);
		assert_int_equal(status.st_mode & 07777, 0600);
		g_autoptr(Config) config = config_load(place->path, more_tables, &error);
		assert_non_null(config);
		g_autofree char *problems = problems_of(config);
		assert_string_equal(problems, "");
		assert_int_equal(config_accounts(config)->len, addresses[i] ? 1 : 0);
		if (addresses[i]) {
			const AccountConfig *account =
				g_ptr_array_index(config_accounts(config), 0);
			assert_string_equal(account->email, addresses[i]);
			assert_string_equal(account->incoming.user, addresses[i]);
		}
		g_unlink(place->path);
	}
}

/* With every # taken away the file must still be right, but for its ellipsis of a pin. */
static void
what_init_writes_can_be_uncommented(void **state)
{
	const Place *place = *state;
	g_autofree char *text = NULL;
	assert_true(config_init(place->path, NULL, NULL, NULL));
	assert_true(g_file_get_contents(place->path, &text, NULL, NULL));
	const char *start = strstr(text, "# account work {");
	assert_non_null(start);
	g_auto(GStrv) lines = g_strsplit(start, "\n", -1);
	g_autoptr(GString) open = g_string_new(NULL);
	for (char **line = lines; *line; line++) {
		const char *bare = g_str_has_prefix(*line, "# ") ? *line + 2 : *line;
		if (!strstr(bare, "pin =") && !strstr(bare, "password = ") &&
			!strstr(bare, "outgoing-password") && !strstr(bare, "path = "))
			g_string_append_printf(open, "%s\n", bare);
		if (g_str_equal(*line, "# }"))
			break;
	}
	g_autoptr(Config) config = config_parse(open->str, open->len, 0600, NULL);
	const GPtrArray *problems = config_problems(config);
	for (guint i = 0; i < problems->len; i++)
		if (!((const ConfigProblem *)g_ptr_array_index(problems, i))->warning)
			fail_msg("%s\n%s",
				((const ConfigProblem *)g_ptr_array_index(problems, i))->sentence,
				open->str);
	assert_non_null(config_account(config, "work"));
}

static void
init_never_writes_over_a_config(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	assert_true(config_init(place->path, NULL, NULL, NULL));
	assert_true(g_file_set_contents(place->path, "mine", -1, NULL));
	assert_false(config_init(place->path, NULL, NULL, &error));
	assert_non_null(strstr(error->message, "left as it is"));
	assert_true(g_file_get_contents(place->path, &text, NULL, NULL));
	assert_string_equal(text, "mine");
}

static void
init_refuses_what_is_no_address(void **state)
{
	const Place *place = *state;
	static const char *const bad[] = { "", "ada", "@x", "ada@", "a b@x.org", "a@x\n}",
		"a\"@x" };
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		assert_false(config_init(place->path, bad[i], NULL, &error));
		assert_true(g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE));
		assert_false(g_file_test(place->path, G_FILE_TEST_EXISTS));
	}
}

static void
a_missing_config_and_a_directory_are_told_apart(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) missing = NULL, directory = NULL;
	assert_null(config_load(place->path, NULL, &missing));
	assert_true(g_error_matches(missing, ACCOUNT_ERROR, ACCOUNT_ERROR_GONE));
	assert_null(config_load(place->directory, NULL, &directory));
	assert_true(g_error_matches(directory, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE));
}

int
main(void)
{
#define WITH_PLACE(test) cmocka_unit_test_setup_teardown(test, place_setup, place_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_stands_only_in_a_private_file),
		cmocka_unit_test(an_account_has_all_its_values),
		cmocka_unit_test(an_account_has_its_defaults),
		cmocka_unit_test(tables_handed_in_count),
		cmocka_unit_test(any_bytes_are_survived),
		WITH_PLACE(what_init_writes_is_right_and_private),
		WITH_PLACE(what_init_writes_can_be_uncommented),
		WITH_PLACE(init_never_writes_over_a_config),
		WITH_PLACE(init_refuses_what_is_no_address),
		WITH_PLACE(a_missing_config_and_a_directory_are_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
