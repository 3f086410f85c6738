#include <cmocka.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <notmuch.h>
#include <string.h>
#include <unistd.h>

#include "index/error.h"
#include "index/notmuch_open.h"
#include "index/query.h"
#include "remove_tree.h"

/*
 * The questions against the notmuch command as oracle, on a database made for the run. Mails have odd
 * dates too: none, before 1970, far ahead, many in one second.
 */
enum { MAILS = 60 };

/* What libnotmuch, libsexp, Xapian and a regular expression that is refused never give back. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libsexp\nleak:libnotmuch\nleak:libxapian\nleak:regcomp\n";
}

typedef struct Place {
	char *root;
	char *config; /* of the oracle */
} Place;

static void
write_mail(const char *root, const char *name, const char *date, const char *words)
{
	g_autofree char *folder = g_build_filename(root, "a", "cur", NULL);
	g_mkdir_with_parents(folder, 0700);
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autofree char *text =
		g_strdup_printf("From: Ada <ada@example.org>\nTo: bob@example.org\nSubject: %s\n"
				"Message-ID: <%s@example.org>\n%s\n%s\n",
			words, name, date, words);
	assert_true(g_file_set_contents(path, text, -1, NULL));
}

static const char *const odd_dates[] = {
	"",
	"Date: nonsense\n",
	"Date: Thu, 01 Jan 1970 00:00:00 +0000\n",
	"Date: Wed, 01 Jan 1930 00:00:00 +0000\n",
	"Date: Sun, 03 Jan 2038 10:00:00 +0000\n",
	"Date: Thu, 01 Jan 2199 00:00:00 +0000\n",
	"Date: Mon, 03 Nov 2025 10:00:00 +0000\n",
	"Date: Mon, 03 Nov 2025 10:00:00 +0000\n",
};

static void
write_mails(const char *root)
{
	for (int i = 0; i < MAILS; i++) {
		g_autofree char *name = g_strdup_printf("m%d", i);
		g_autofree char *usual = g_strdup_printf(
			"Date: Mon, %02d Nov %d 10:00:%02d +0000\n", i % 28 + 1, 2000 + i % 26, i);
		bool odd = i < (int)G_N_ELEMENTS(odd_dates);
		write_mail(root, name, odd ? odd_dates[i] : usual,
			i % 3 ? "engine \"quoted\" (brackets" : "notes and words");
	}
}

static void
index_all(const char *root)
{
	g_autoptr(GError) error = NULL;
	notmuch_database_t *notmuch = notmuch_make(root, &error);
	assert_null(error);
	for (int i = 0; i < MAILS; i++) {
		g_autofree char *name = g_strdup_printf("m%d", i);
		g_autofree char *path = g_build_filename(root, "a", "cur", name, NULL);
		notmuch_message_t *message = NULL;
		assert_int_equal(notmuch_database_index_file(notmuch, path, NULL, &message),
			NOTMUCH_STATUS_SUCCESS);
		if (i % 4 == 0)
			notmuch_message_add_tag(message, "unread");
		if (i % 10 == 0)
			notmuch_message_add_tag(message, "spam");
		notmuch_message_destroy(message);
	}
	notmuch_database_destroy(notmuch);
}

static int
set_up(void **state)
{
	Place *place = g_new0(Place, 1);
	place->root = g_dir_make_tmp("curlew-query-XXXXXX", NULL);
	write_mails(place->root);
	index_all(place->root);
	place->config = g_build_filename(place->root, "oracle", NULL);
	g_autofree char *text =
		g_strdup_printf("[database]\npath=%s\n[search]\nexclude_tags=\n", place->root);
	g_file_set_contents(place->config, text, -1, NULL);
	/* What a user has set up must not matter. */
	g_setenv("NOTMUCH_CONFIG", "/nonexistent/config", TRUE);
	g_setenv("NOTMUCH_PROFILE", "nonexistent", TRUE);
	g_setenv("NOTMUCH_DATABASE", "/nonexistent", TRUE);
	g_setenv("MAILDIR", "/nonexistent", TRUE);
	*state = place;
	return 0;
}

static int
tear_down(void **state)
{
	Place *place = *state;
	remove_tree(place->root);
	g_free(place->root);
	g_free(place->config);
	g_free(place);
	return 0;
}

static char *
oracle(const Place *place, const char *command, const char *option, const char *query)
{
	const char *words[] = { "notmuch", command, option, "--exclude=false", "--", query, NULL };
	g_auto(GStrv) environment = g_get_environ();
	environment = g_environ_setenv(environment, "NOTMUCH_CONFIG", place->config, TRUE);
	environment = g_environ_unsetenv(environment, "NOTMUCH_PROFILE");
	environment = g_environ_unsetenv(environment, "NOTMUCH_DATABASE");
	environment = g_environ_unsetenv(environment, "MAILDIR");
	char *out = NULL;
	assert_true(g_spawn_sync(NULL, (char **)words, environment,
		G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL, NULL,
		NULL));
	return out;
}

/* Line by line, since a whole list is too long for a message. */
static void
assert_lines(const char *query, const char *found, const char *wanted)
{
	g_auto(GStrv) left = g_strsplit(found, "\n", -1);
	g_auto(GStrv) right = g_strsplit(wanted, "\n", -1);
	for (size_t i = 0; left[i] || right[i]; i++) {
		if (g_strcmp0(left[i], right[i]) != 0)
			fail_msg("%s: line %zu is %s, not %s", query, i, left[i], right[i]);
	}
}

static bool
collect(const QueryHit *hit, void *data)
{
	g_string_append_printf(data, "id:%s\n", hit->message_id);
	return true;
}

static bool
stop_at_once(const QueryHit *hit, void *data)
{
	(void)hit;
	++*(int *)data;
	return false;
}

static const char *const queries[] = { "", "*", "engine", "tag:unread", "tag:spam",
	"not tag:unread", "engine or notes", "(engine or notes) and tag:unread",
	"subject:\"engine quoted\"", "subject:\"engine", "\"brackets", "engine)", "(engine",
	"date:2010..2020", "date:..1975", "from:ada and to:bob", "nowhere", "path:a/**", "folder:a",
	"id:m3@example.org", "subject:/engine|notes/", "back\\slash or notes" };

static void
searches_give_what_the_notmuch_command_gives(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_open(place->root, NULL, &error);
	assert_non_null(query);
	for (size_t i = 0; i < G_N_ELEMENTS(queries); i++) {
		g_autofree char *wanted = oracle(
			place, "search", "--output=messages", *queries[i] ? queries[i] : "*");
		g_autoptr(GString) found = g_string_new(NULL);
		assert_true(query_search(query, queries[i], 0, collect, found, NULL, &error));
		assert_lines(queries[i], found->str, wanted);
	}
}

static void
windows_give_what_one_search_gives(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_open(place->root, NULL, &error);
	query_set_window(query, 3, 2);
	for (size_t i = 0; i < G_N_ELEMENTS(queries); i++) {
		g_autofree char *wanted = oracle(
			place, "search", "--output=messages", *queries[i] ? queries[i] : "*");
		g_autoptr(GString) found = g_string_new(NULL);
		assert_true(query_search(query, queries[i], 0, collect, found, NULL, &error));
		assert_lines(queries[i], found->str, wanted);
	}
}

static void
counts_are_those_of_the_notmuch_command(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_open(place->root, NULL, &error);
	for (size_t i = 0; i < G_N_ELEMENTS(queries); i++) {
		QueryCount count;
		assert_true(query_count(query, queries[i], &count, NULL, &error));
		g_autofree char *messages = oracle(place, "count", "--output=messages", queries[i]);
		g_autofree char *threads = oracle(place, "count", "--output=threads", queries[i]);
		assert_int_equal(count.messages, atoll(messages));
		assert_int_equal(count.threads, atoll(threads));
		if (*queries[i] == '\0' || strcmp(queries[i], "*") == 0)
			assert_int_equal(count.unread, MAILS / 4);
	}
}

static void
a_limit_and_a_stop_end_the_search(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_open(place->root, NULL, &error);
	for (size_t limit = 1; limit < 5; limit++) {
		query_set_window(query, limit, 2);
		g_autofree char *all = oracle(place, "search", "--output=messages", "*");
		g_autoptr(GString) found = g_string_new(NULL);
		assert_true(query_search(query, "*", limit, collect, found, NULL, &error));
		assert_true(g_str_has_prefix(all, found->str));
		g_auto(GStrv) lines = g_strsplit(found->str, "\n", -1);
		assert_int_equal(g_strv_length(lines), limit + 1);
	}
	int calls = 0;
	assert_true(query_search(query, "*", 0, stop_at_once, &calls, NULL, &error));
	assert_int_equal(calls, 1);
}

static void
a_cancelled_search_says_so(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_open(place->root, NULL, &error);
	g_autoptr(GCancellable) cancel = g_cancellable_new();
	g_cancellable_cancel(cancel);
	int calls = 0;
	assert_false(query_search(query, "*", 0, stop_at_once, &calls, cancel, &error));
	assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_CANCELLED));
	assert_int_equal(calls, 0);
}

static void
a_query_that_cannot_be_read_is_told_in_xapians_words(void **state)
{
	const Place *place = *state;
	static const char *const bad[][2] = {
		{ "date:foo..bar", "Didn't understand date specification 'foo'" },
		{ "subject:/[/", "Regex" },
		{ "engine and", "Syntax" },
	};
	g_autoptr(Query) query = query_open(place->root, NULL, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GString) found = g_string_new(NULL);
		assert_false(query_search(query, bad[i][0], 0, collect, found, NULL, &error));
		assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_QUERY));
		assert_non_null(strstr(error->message, bad[i][1]));
		g_clear_error(&error);
		QueryCount count;
		assert_false(query_count(query, bad[i][0], &count, NULL, &error));
		assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_QUERY));
	}
}

static void
a_message_is_found_by_its_id(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_open(place->root, NULL, &error);
	g_autoptr(QueryHit) hit = query_message(query, "m20@example.org", &error);
	assert_non_null(hit);
	assert_string_equal(hit->subject, "engine \"quoted\" (brackets");
	assert_string_equal(hit->from, "Ada <ada@example.org>");
	assert_string_equal(hit->tags[0], "spam");
	assert_string_equal(hit->tags[1], "unread");
	assert_null(hit->tags[2]);
	g_autofree char *path = g_build_filename(place->root, "a/cur/m20", NULL);
	assert_string_equal(hit->files[0], path);
	assert_null(hit->files[1]);
	g_autoptr(QueryHit) none = query_message(query, "nobody@example.org", &error);
	assert_null(none);
	assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_NOT_FOUND));
}

static bool
change_behind(const QueryHit *hit, void *data)
{
	void **both = data;
	const Place *place = both[0];
	GString *found = both[1];
	notmuch_database_t *notmuch =
		notmuch_open(place->root, NULL, NOTMUCH_DATABASE_MODE_READ_WRITE, NULL);
	notmuch_message_t *message = NULL;
	notmuch_database_find_message(notmuch, hit->message_id, &message);
	notmuch_message_add_tag(message, "seen-by-test");
	notmuch_message_destroy(message);
	notmuch_database_destroy(notmuch);
	return collect(hit, found);
}

static void
commits_under_a_search_lose_and_double_nothing(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_open(place->root, NULL, &error);
	g_autoptr(GString) found = g_string_new(NULL);
	void *both[] = { (void *)place, found };
	g_autofree char *wanted = oracle(place, "search", "--output=messages", "*");
	assert_true(query_search(query, "*", 0, change_behind, both, NULL, &error));
	assert_lines("*", found->str, wanted);
	QueryCount count;
	assert_true(query_count(query, "tag:seen-by-test", &count, NULL, &error));
	assert_int_equal(count.messages, MAILS);
}

static void
without_a_database_there_is_an_error(void **state)
{
	(void)state;
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_open("/nonexistent/mail", NULL, &error);
	assert_null(query);
	assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_MISSING));
}

static void
a_database_apart_from_the_mail_is_read(void **state)
{
	const Place *place = *state;
	g_autofree char *usual = g_build_filename(place->root, ".notmuch", NULL);
	g_autofree char *apart = g_build_filename(place->root, "database", NULL);
	assert_int_equal(g_rename(usual, apart), 0);
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_open(place->root, apart, &error);
	assert_non_null(query);
	g_autoptr(QueryHit) hit = query_message(query, "m20@example.org", &error);
	g_autofree char *path = g_build_filename(place->root, "a/cur/m20", NULL);
	assert_string_equal(hit->files[0], path);
	assert_int_equal(g_rename(apart, usual), 0);
	g_autoptr(Query) by_name = query_open(place->root, usual, &error);
	g_autoptr(QueryHit) again = query_message(by_name, "m20@example.org", &error);
	assert_string_equal(again->files[0], path);
}

int
main(void)
{
	g_autofree char *program = g_find_program_in_path("notmuch");
	if (!program) {
		print_message("skipped: no notmuch command to compare with\n");
		return 77;
	}
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(searches_give_what_the_notmuch_command_gives),
		cmocka_unit_test(windows_give_what_one_search_gives),
		cmocka_unit_test(counts_are_those_of_the_notmuch_command),
		cmocka_unit_test(a_limit_and_a_stop_end_the_search),
		cmocka_unit_test(a_cancelled_search_says_so),
		cmocka_unit_test(a_query_that_cannot_be_read_is_told_in_xapians_words),
		cmocka_unit_test(a_message_is_found_by_its_id),
		cmocka_unit_test(commits_under_a_search_lose_and_double_nothing),
		cmocka_unit_test(without_a_database_there_is_an_error),
		cmocka_unit_test(a_database_apart_from_the_mail_is_read),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
