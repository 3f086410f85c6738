#include <cmocka.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "index/indexer/poison.h"

typedef struct Place {
	char *directory, *page;
} Place;

static int
set_up(void **state)
{
	Place *place = g_new0(Place, 1);
	place->directory = g_dir_make_tmp("curlew-poison-XXXXXX", NULL);
	place->page = g_build_filename(place->directory, "page", NULL);
	*state = place;
	return 0;
}

static int
tear_down(void **state)
{
	Place *place = *state;
	g_unlink(place->page);
	g_rmdir(place->directory);
	g_free(place->directory);
	g_free(place->page);
	g_free(place);
	return 0;
}

static Poison *
open_page(const Place *place, PoisonFound **found)
{
	g_autoptr(GError) error = NULL;
	Poison *poison = poison_open(place->page, found, &error);
	assert_non_null(poison);
	return poison;
}

/* A process that marks a file and then dies of SIGNAL (0: it waits for its alarm). */
static void
die_in_a_child(const Place *place, const char *key, int number, bool clear)
{
	pid_t child = fork();
	if (child == 0) {
		PoisonFound *found;
		Poison *poison = poison_open(place->page, &found, NULL);
		poison_catch_signals(poison);
		poison_mark(poison, key, "a/cur/file", number ? 60 : 1);
		if (clear)
			poison_clear(poison);
		if (number)
			raise(number);
		for (;;)
			pause();
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), number ? number : SIGALRM);
}

static void
a_new_page_accuses_nobody(void **state)
{
	PoisonFound *found;
	g_autoptr(Poison) poison = open_page(*state, &found);
	assert_null(found);
}

static void
a_death_leaves_the_key_the_file_and_the_signal(void **state)
{
	static const int signals[] = { SIGPROF, SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGALRM,
		0 };
	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
		die_in_a_child(*state, "key1", signals[i], false);
		g_autoptr(PoisonFound) found = NULL;
		g_autoptr(Poison) poison = open_page(*state, &found);
		assert_non_null(found);
		assert_string_equal(found->key, "key1");
		assert_string_equal(found->file, "a/cur/file");
		assert_int_equal(found->signal, signals[i] ? signals[i] : SIGALRM);
	}
}

static void
a_file_that_makes_us_compute_for_ever_ends_us(void **state)
{
	const Place *place = *state;
	pid_t child = fork();
	if (child == 0) {
		PoisonFound *none;
		Poison *poison = poison_open(place->page, &none, NULL);
		poison_catch_signals(poison);
		poison_mark(poison, "key1", "a/cur/file", 1);
		for (volatile unsigned i = 0;; i++)
			;
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WTERMSIG(status) == SIGPROF || WTERMSIG(status) == SIGALRM);
	g_autoptr(PoisonFound) found = NULL;
	g_autoptr(Poison) poison = open_page(place, &found);
	assert_int_equal(found->signal, WTERMSIG(status));
}

static void
a_kill_from_outside_leaves_no_signal(void **state)
{
	die_in_a_child(*state, "key1", SIGKILL, false);
	g_autoptr(PoisonFound) found = NULL;
	g_autoptr(Poison) poison = open_page(*state, &found);
	assert_string_equal(found->key, "key1");
	assert_int_equal(found->signal, 0);
}

static void
what_was_survived_is_not_accused(void **state)
{
	die_in_a_child(*state, "key1", SIGSEGV, true);
	PoisonFound *found;
	g_autoptr(Poison) poison = open_page(*state, &found);
	assert_null(found);
}

static void
what_was_found_is_found_once(void **state)
{
	die_in_a_child(*state, "key1", SIGSEGV, false);
	g_autoptr(PoisonFound) found = NULL;
	poison_close(open_page(*state, &found));
	assert_non_null(found);
	PoisonFound *again;
	g_autoptr(Poison) poison = open_page(*state, &again);
	assert_null(again);
}

static void
work_on_the_database_shows_between_files(void **state)
{
	PoisonFound *none;
	Poison *poison = open_page(*state, &none);
	g_autoptr(PoisonFound) found = NULL;
	poison_work(poison, true);
	poison_mark(poison, "key1", "a/cur/file", 0);
	poison_clear(poison);
	poison_close(open_page(*state, &found)); /* another one looks on */
	assert_string_equal(found->key, POISON_DATABASE);
	poison_work(poison, false);
	PoisonFound *after;
	poison_close(open_page(*state, &after));
	assert_null(after);
	poison_close(poison);
}

static void
long_keys_are_cut_and_noise_is_read_safely(void **state)
{
	const Place *place = *state;
	g_autofree char *longest = g_strnfill(10000, 'k');
	PoisonFound *none;
	Poison *poison = open_page(place, &none);
	poison_mark(poison, longest, longest, 0);
	g_autoptr(PoisonFound) found = NULL;
	poison_close(open_page(place, &found));
	assert_true(strlen(found->key) > 500 && g_str_has_prefix(longest, found->key));
	poison_close(poison);
	g_autofree char *noise = g_strnfill(9000, '\xff');
	assert_true(g_file_set_contents(place->page, noise, 9000, NULL));
	g_autoptr(PoisonFound) odd = NULL;
	poison_close(open_page(place, &odd));
	assert_int_equal(odd->signal, 0);
	assert_true(g_utf8_validate(odd->key, -1, NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_new_page_accuses_nobody, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_death_leaves_the_key_the_file_and_the_signal, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_file_that_makes_us_compute_for_ever_ends_us, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_kill_from_outside_leaves_no_signal, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_was_survived_is_not_accused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_was_found_is_found_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			work_on_the_database_shows_between_files, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			long_keys_are_cut_and_noise_is_read_safely, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
