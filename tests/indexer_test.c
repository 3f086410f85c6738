#include <cmocka.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "index/error.h"
#include "index/indexer.h"
#include "remove_tree.h"

/* The client against the real curlew-index (CURLEW_INDEX names it). */
typedef struct Place {
	char *directory, *mail, *state;
	IndexerPlace place;
} Place;

static int
set_up(void **state)
{
	Place *place = g_new0(Place, 1);
	place->directory = g_dir_make_tmp("curlew-indexer-XXXXXX", NULL);
	place->mail = g_build_filename(place->directory, "mail", NULL);
	place->state = g_build_filename(place->directory, "state", NULL);
	place->place = (IndexerPlace){ place->mail, place->state, g_getenv("CURLEW_INDEX"), NULL };
	*state = place;
	return 0;
}

/* Is this the indexer of the place? Its state directory is one of its words. */
static bool
is_our_indexer(const Place *place, const char *process)
{
	g_autofree char *path = g_build_filename("/proc", process, "cmdline", NULL);
	g_autofree char *words = NULL;
	gsize length;
	if (!g_ascii_isdigit(*process) || !g_file_get_contents(path, &words, &length, NULL))
		return false;
	for (const char *word = words; word < words + length; word += strlen(word) + 1)
		if (strcmp(word, place->state) == 0)
			return true;
	return false;
}

static void
kill_indexer(const Place *place)
{
	g_autoptr(GDir) processes = g_dir_open("/proc", 0, NULL);
	const char *name;
	while ((name = g_dir_read_name(processes)) != NULL)
		if (is_our_indexer(place, name))
			kill((pid_t)atoi(name), SIGKILL);
}

static int
tear_down(void **state)
{
	Place *place = *state;
	kill_indexer(place);
	remove_tree(place->directory);
	g_free(place->directory);
	g_free(place->mail);
	g_free(place->state);
	g_free(place);
	return 0;
}

static JsonObject *
question(const char *what)
{
	JsonObject *object = json_object_new();
	json_set_text(object, "do", what);
	json_set_text(object, "account", "a");
	return object;
}

static JsonObject *
put_batch(const Place *place, int first, int count)
{
	g_autofree char *folder = g_build_filename(place->mail, "a", "cur", NULL);
	g_mkdir_with_parents(folder, 0700);
	JsonArray *items = json_array_new();
	for (int i = first; i < first + count; i++) {
		g_autofree char *key = g_strdup_printf("k%05d", i);
		g_autofree char *file = g_strdup_printf("a/cur/%s", key);
		g_autofree char *path = g_build_filename(place->mail, file, NULL);
		g_autofree char *text = g_strdup_printf(
			"From: a@b\nSubject: s\nMessage-ID: <%d@test>\n\nbody\n", i);
		assert_true(g_file_set_contents(path, text, -1, NULL));
		JsonObject *item = json_object_new();
		json_set_text(item, "act", "put");
		json_set_text(item, "key", key);
		json_set_text(item, "file", file);
		json_array_add_object_element(items, item);
	}
	JsonObject *batch = question("batch");
	json_set_array(batch, "items", items);
	return batch;
}

static void
opening_starts_the_program_and_finds_it_again(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;
	g_autoptr(Indexer) first = indexer_open(&place->place, NULL, &error);
	assert_non_null(first);
	g_autoptr(Indexer) second = indexer_open(&place->place, NULL, &error);
	assert_non_null(second);
	assert_string_equal(indexer_generation(first), indexer_generation(second));
}

static void
answers_come_to_their_questions_and_refusals_are_errors(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;
	g_autoptr(Indexer) indexer = indexer_open(&place->place, NULL, &error);
	g_autoptr(JsonObject) batch = put_batch(place, 0, 3);
	g_autoptr(JsonObject) done = indexer_ask(indexer, batch, NULL, &error);
	assert_non_null(done);
	assert_int_equal(json_array_get_length(json_array(done, "skipped")), 0);
	g_autoptr(JsonObject) nonsense = question("nonsense");
	assert_null(indexer_ask(indexer, nonsense, NULL, &error));
	assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_FAILED));
	g_clear_error(&error);
	g_autoptr(JsonObject) status = question("status");
	g_autoptr(JsonObject) told = indexer_ask(indexer, status, NULL, &error);
	assert_int_equal(json_number(told, "messages", -1), 3);
}

static void
a_lost_indexer_is_an_error_and_the_next_opening_starts_another(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;
	g_autoptr(Indexer) indexer = indexer_open(&place->place, NULL, &error);
	g_autofree char *generation = g_strdup(indexer_generation(indexer));
	kill_indexer(place);
	g_autoptr(JsonObject) status = question("status");
	assert_null(indexer_ask(indexer, status, NULL, &error));
	assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_MISSING));
	g_clear_error(&error);
	g_autoptr(Indexer) next = indexer_open(&place->place, NULL, &error);
	assert_non_null(next);
	assert_string_equal(indexer_generation(next), generation);
}

/* Another file of the same program takes PATH. */
static void
replace_program(const char *path)
{
	g_autofree char *bytes = NULL;
	gsize length;
	g_autofree char *new = g_strconcat(path, ".new", NULL);
	assert_true(g_file_get_contents(g_getenv("CURLEW_INDEX"), &bytes, &length, NULL));
	assert_true(g_file_set_contents_full(
		new, bytes, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
	assert_int_equal(g_rename(new, path), 0);
}

static void
assert_gone(Indexer *indexer)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) status = question("status");
	assert_null(indexer_ask(indexer, status, NULL, &error));
	assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_MISSING));
}

static void
one_that_runs_from_a_replaced_file_gives_way(void **state)
{
	const Place *place = *state;
	IndexerPlace own = place->place;
	g_autofree char *program = g_build_filename(place->directory, "curlew-index", NULL);
	own.program = program;
	g_autoptr(GError) error = NULL;
	replace_program(program);
	g_autoptr(Indexer) first = indexer_open(&own, NULL, &error);
	assert_non_null(first);
	replace_program(program);
	g_autoptr(Indexer) next = indexer_open(&own, NULL, &error);
	assert_non_null(next);
	assert_string_equal(indexer_generation(first), indexer_generation(next));
	assert_gone(first);
}

static void
one_of_another_mail_root_gives_way(void **state)
{
	const Place *place = *state;
	IndexerPlace other = place->place;
	g_autofree char *root = g_build_filename(place->directory, "other", NULL);
	other.mail_root = root;
	g_autoptr(GError) error = NULL;
	g_autoptr(Indexer) first = indexer_open(&place->place, NULL, &error);
	assert_non_null(first);
	g_autoptr(Indexer) next = indexer_open(&other, NULL, &error);
	assert_non_null(next);
	assert_string_not_equal(indexer_generation(first), indexer_generation(next));
	assert_gone(first);
}

static void
a_mail_root_of_any_bytes_is_the_same_as_itself(void **state)
{
	const Place *place = *state;
	IndexerPlace odd = place->place;
	g_autofree char *root = g_build_filename(place->directory, "mail\xf6", NULL);
	odd.mail_root = root;
	g_autoptr(GError) error = NULL;
	g_autoptr(Indexer) indexer = indexer_open(&odd, NULL, &error);
	assert_non_null(indexer);
	assert_true(g_file_test(root, G_FILE_TEST_IS_DIR));
}

static void
one_that_cannot_work_says_why(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;
	g_autoptr(Indexer) indexer = indexer_open(&place->place, NULL, &error);
	g_autoptr(JsonObject) batch = put_batch(place, 0, 1);
	g_autoptr(JsonObject) done = indexer_ask(indexer, batch, NULL, &error);
	assert_non_null(done);
	kill_indexer(place);
	g_autofree char *away = g_strconcat(place->mail, ".away", NULL);
	assert_int_equal(g_rename(place->mail, away), 0);
	assert_null(indexer_open(&place->place, NULL, &error));
	assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_FAILED));
	assert_non_null(strstr(error->message, place->mail));
	assert_false(g_file_test(place->mail, G_FILE_TEST_EXISTS));
}

static void
a_program_that_is_not_there_is_named(void **state)
{
	const Place *place = *state;
	IndexerPlace nowhere = place->place;
	nowhere.program = "/nonexistent/curlew-index";
	g_autoptr(GError) error = NULL;
	assert_null(indexer_open(&nowhere, NULL, &error));
	assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_MISSING));
	assert_non_null(strstr(error->message, "/nonexistent/curlew-index"));
}

static void
a_cancelled_opening_says_so(void **state)
{
	const Place *place = *state;
	g_autoptr(GCancellable) cancel = g_cancellable_new();
	g_cancellable_cancel(cancel);
	g_autoptr(GError) error = NULL;
	assert_null(indexer_open(&place->place, cancel, &error));
	assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_CANCELLED));
}

#define PLACE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	if (!g_getenv("CURLEW_INDEX")) {
		print_message("skipped: CURLEW_INDEX names no curlew-index\n");
		return 77;
	}
	const struct CMUnitTest tests[] = {
		PLACE_TEST(opening_starts_the_program_and_finds_it_again),
		PLACE_TEST(answers_come_to_their_questions_and_refusals_are_errors),
		PLACE_TEST(a_lost_indexer_is_an_error_and_the_next_opening_starts_another),
		PLACE_TEST(one_that_runs_from_a_replaced_file_gives_way),
		PLACE_TEST(one_of_another_mail_root_gives_way),
		PLACE_TEST(a_mail_root_of_any_bytes_is_the_same_as_itself),
		PLACE_TEST(one_that_cannot_work_says_why),
		PLACE_TEST(a_program_that_is_not_there_is_named),
		PLACE_TEST(a_cancelled_opening_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
