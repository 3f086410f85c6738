#include <cmocka.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "backend/config_private.h"
#include "backend/error.h"

typedef struct SecretCase {
	const char *script; /* run by sh -c, written out here as a user would have to */
	const char *secret; /* NULL: an error */
	const char *says;
} SecretCase;

static const SecretCase cases[] = {
	{ "printf 'geheim\\nuser: ada\\n'", "geheim", NULL },
	{ "printf geheim", "geheim", NULL },
	{ "printf 'ge heim\\r\\n'", "ge heim", NULL },
	{ "printf ' x \\n'", " x ", NULL },
	{ "echo geheim; echo noise >&2", "geheim", NULL },
	{ "cat; echo geheim", "geheim", NULL }, /* stdin is empty */
	{ "echo geheim; head -c 300000 /dev/zero", "geheim", NULL },
	{ "echo geheim; head -c 300000 /dev/zero >&2", "geheim", NULL },
	{ "echo 'pass: no such entry' >&2; exit 3", NULL, "failed (exit 3): pass: no such entry" },
	{ "echo geheim; exit 1", NULL, "failed (exit 1)" },
	{ "kill -9 $$", NULL, "signal 9" },
	/* main() has this test ignore it, as our programs do */
	{ "kill -PIPE $$; echo geheim", NULL, "signal 13" },
	{ "true", NULL, "printed no password" },
	{ "echo; echo geheim", NULL, "printed no password" },
	{ "printf 'a\\000b\\n'", NULL, "printed a NUL" },
	{ "head -c 100000 /dev/zero | tr '\\0' x", NULL, "more than 64 kB" },
	{ "printf 'a\\nb\\377\\n' >&2; exit 1", NULL, "a b" },
	/* a child that keeps the pipes open must not hold us */
	{ "sleep 300 & echo geheim; echo $! > \"$PID_FILE\"", "geheim", NULL },
};

static void
the_first_line_is_the_secret(void **state)
{
	g_autofree char *pid_file = g_build_filename(g_get_tmp_dir(), "curlew-secret-XXXXXX", NULL);
	int file = g_mkstemp(pid_file);
	assert_true(file >= 0);
	g_setenv("PID_FILE", pid_file, TRUE);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		char *argv[] = { "sh", "-c", (char *)cases[i].script, NULL };
		char *secret = secret_from_command(argv, 20, &error);
		if (cases[i].secret) {
			if (!secret)
				fail_msg("%s: %s", cases[i].script, error->message);
			assert_string_equal(secret, cases[i].secret);
		} else {
			assert_null(secret);
			assert_true(g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_AUTH));
			if (!strstr(error->message, cases[i].says))
				fail_msg("%s: %s", cases[i].script, error->message);
			assert_true(g_utf8_validate(error->message, -1, NULL));
		}
		config_secret_free(secret);
	}
	g_autofree char *pid = NULL;
	assert_true(g_file_get_contents(pid_file, &pid, NULL, NULL));
	if (atoi(pid) > 1)
		kill(atoi(pid), SIGKILL);
	unlink(pid_file);
	close(file);
}

static void
a_program_that_does_not_end_is_ended(void **state)
{
	g_autoptr(GError) error = NULL;
	char *argv[] = { "sleep", "300", NULL };
	assert_null(secret_from_command(argv, 0, &error));
	assert_non_null(strstr(error->message, "did not end within 0 s"));
}

static void
a_missing_program_is_named(void **state)
{
	g_autoptr(GError) error = NULL;
	char *argv[] = { "/nonexistent/pass", "show", NULL };
	assert_null(secret_from_command(argv, 5, &error));
	assert_non_null(strstr(error->message, "/nonexistent/pass"));
}

/* No shell: what a shell would expand or run stays text. */
static void
arguments_go_to_the_program_as_they_are(void **state)
{
	g_autoptr(GError) error = NULL;
	ConfigValue value = { .text = "printf %s '$HOME;`id`' \"a b\"" };
	g_auto(GStrv) argv = config_value_command(&value);
	assert_non_null(argv);
	char *secret = secret_from_command(argv, 20, &error);
	assert_non_null(secret);
	assert_string_equal(secret, "$HOME;`id`a b");
	config_secret_free(secret);
}

static void
an_account_without_a_password_says_so(void **state)
{
	g_autoptr(GError) error = NULL;
	AccountConfig account = { .name = "work" };
	assert_null(config_secret(&account, &error));
	assert_true(g_error_matches(error, ACCOUNT_ERROR, ACCOUNT_ERROR_AUTH));
	assert_true(g_str_has_prefix(error->message, "work: no password"));
}

static void
an_accounts_command_is_run(void **state)
{
	g_autoptr(GError) error = NULL;
	char *argv[] = { "echo", "geheim", NULL };
	AccountConfig account = { .name = "work", .password_command = argv };
	char *secret = config_secret(&account, &error);
	assert_string_equal(secret, "geheim");
	config_secret_free(secret);

	char *failing[] = { "false", NULL };
	account.password_command = failing;
	assert_null(config_secret(&account, &error));
	assert_true(g_str_has_prefix(error->message, "work: password-command 'false' failed"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_line_is_the_secret),
		cmocka_unit_test(a_program_that_does_not_end_is_ended),
		cmocka_unit_test(a_missing_program_is_named),
		cmocka_unit_test(arguments_go_to_the_program_as_they_are),
		cmocka_unit_test(an_account_without_a_password_says_so),
		cmocka_unit_test(an_accounts_command_is_run),
	};
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
