#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>

#include "screen_profile.h"
#include "ui/screen/list_search.h"

/* A list that is held whole, over a store of two messages. */
typedef struct Place {
	ScreenProfile *profile;
	Config *config;
	char *store; /* its file */
	Events *events;
	Asker *asker;
	ListSource *source;
	/* the last answer */
	bool answered, renewed;
	guint rows;
	int64_t date; /* of the first */
	char *why;    /* NULL: it did not fail */
} Place;

static void
on_event(const Event *event, void *data)
{
}

static void
on_nothing(void *data)
{
}

static void
on_page(const ListPage *page, void *data)
{
	Place *place = data;
	place->answered = true;
	place->rows = page->rows->len;
	if (place->rows > 0)
		place->date = ((const ListRow *)g_ptr_array_index(page->rows, 0))->date;
	g_free(place->why);
	place->why = page->why ? g_strdup(clean_text_utf8(page->why)) : NULL;
}

static void
on_renewal(void *data)
{
	((Place *)data)->renewed = true;
}

static int
set_up(void **state)
{
	static const ScreenMail mails[] = {
		{ 10, "a0", NULL, "tide", "S" },
		{ 20, "b0", NULL, "moon", "S" },
	};
	static const char config[] = "account work {\n  incoming = local:\n}\n";
	Place *place = g_new0(Place, 1);
	place->profile = screen_profile_new_empty();
	screen_profile_add_mail(place->profile, "work", "Lists", mails, G_N_ELEMENTS(mails));
	g_autofree char *home = g_build_filename(place->profile->root, "state", NULL);
	g_setenv("XDG_STATE_HOME", home, TRUE);
	place->store = g_build_filename(home, "curlew", "work", "state.db", NULL);
	place->config = config_parse(config, strlen(config), 0600, NULL);
	place->events = events_new(on_event, place);
	place->asker = asker_new(place->events, config_accounts(place->config));
	*state = place;
	return 0;
}

static int
tear_down(void **state)
{
	Place *place = *state;
	list_source_free(place->source);
	asker_free(place->asker);
	events_free(place->events);
	config_free(place->config);
	screen_profile_free(place->profile);
	g_free(place->store);
	g_free(place->why);
	g_free(place);
	return 0;
}

/* The messages of the folder with TEXT in sender or subject. */
static void
open_narrowed(Place *place, const char *text)
{
	g_autoptr(View) folder = view_new_folder(0, 1, "work/Lists");
	g_autoptr(View) view = view_new_narrowed(folder, text);
	place->source = list_search_new(place->asker, view, on_nothing, place);
	place->source->on_page = on_page;
	place->source->on_growth = on_nothing;
	place->source->on_renewal = on_renewal;
	place->source->data = place;
}

static void
ask(Place *place, const ListRow *from)
{
	place->answered = false;
	place->source->class->ask(place->source, &(ListAsk){ .from = from, .limit = 10 });
	while (!place->answered)
		g_main_context_iteration(NULL, TRUE);
}

static void
renew(Place *place)
{
	place->renewed = false;
	list_search_renew(place->source);
	while (!place->renewed)
		g_main_context_iteration(NULL, TRUE);
}

static void
what_failed_is_forgotten_when_it_works_again(void **state)
{
	static const struct {
		const char *text;
		guint rows;
	} cases[] = { { "nowhere", 0 }, { "tide", 1 } };
	Place *place = *state;
	g_autofree char *aside = g_strconcat(place->store, ".aside", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		assert_int_equal(g_rename(place->store, aside), 0);
		assert_true(g_file_set_contents(place->store, "no database", -1, NULL));
		open_narrowed(place, cases[i].text);
		ask(place, NULL);
		assert_non_null(place->why);
		assert_int_equal(place->rows, 0);
		assert_int_equal(g_rename(aside, place->store), 0);
		renew(place);
		ask(place, NULL);
		assert_null(place->why);
		assert_int_equal(place->rows, cases[i].rows);
		g_clear_pointer(&place->source, list_source_free);
	}
}

static void
what_follows_a_row_that_went_is_not_left_out(void **state)
{
	Place *place = *state;
	open_narrowed(place, "Ada");
	ask(place, NULL);
	assert_int_equal(place->rows, 2);
	int64_t newest = place->date;
	g_autoptr(ListRow) gone = list_row_new_unknown("Ada", "sun", newest - 1, "/gone", 1);
	ask(place, gone);
	assert_int_equal(place->rows, 1);
	assert_true(place->date < newest - 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_failed_is_forgotten_when_it_works_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_follows_a_row_that_went_is_not_left_out, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
