#include <cmocka.h>
#include <string.h>

#include "ui/screen/list_tree.h"

/* A row by letters: "b:a" is b, which answers a; ":a" has no id of its own. */
static ListRow *
row_of(const char *text)
{
	MessageRow *copy = g_new0(MessageRow, 1);
	const char *colon = strchr(text, ':');
	copy->id_hash = *text == ':' ? 0 : *text;
	copy->parent = colon ? colon[1] : 0;
	copy->subject = g_strndup(*text == ':' ? "?" : text, 1);
	return list_row_new(copy, true);
}

static GPtrArray *
rows_of(const char *mails)
{
	GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)list_row_unref);
	g_auto(GStrv) all = g_strsplit(mails, " ", -1);
	for (char **mail = all; *mail; mail++)
		g_ptr_array_add(rows, row_of(*mail));
	return rows;
}

static GHashTable *
between_of(const char *mails)
{
	GHashTable *between = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	g_auto(GStrv) all = g_strsplit(mails, " ", -1);
	for (char **mail = all; *mail; mail++) {
		int64_t pair[] = { (*mail)[0], (*mail)[2] };
		g_hash_table_replace(between, g_memdup2(&pair[0], sizeof pair[0]),
			g_memdup2(&pair[1], sizeof pair[1]));
	}
	return between;
}

/* "a ├b │└c └d": a column a level. */
static char *
picture(const GPtrArray *rows)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < rows->len; i++) {
		const ListRow *row = g_ptr_array_index(rows, i);
		g_string_append(text, i ? " " : "");
		for (int above = row->depth - 1; above >= 0; above--) {
			bool goes_on = row->branches >> above & 1;
			g_string_append(text, above == 0 ? goes_on ? "├" : "└"
					      : goes_on  ? "│"
							 : "_");
		}
		g_string_append(text, row->copy->subject);
	}
	return g_string_free(text, FALSE);
}

static void
answers_hang_under_what_they_answer(void **state)
{
	static const struct {
		const char *mails, *between, *picture;
	} cases[] = {
		{ "a", NULL, "a" },
		{ "a b", NULL, "a └b" }, /* nothing known: one deep */
		{ "a b:a c:a", NULL, "a ├b └c" },
		{ "a b:a c:b d:a", NULL, "a ├b │└c └d" },
		{ "a b:a c:a d:c e:b", NULL, "a ├b │└e └c _└d" },
		{ "a c:b b:a", NULL, "a └b _└c" }, /* its clock is wrong */
		{ "a c:b d:a", NULL, "a ├c └d" },  /* a gap that nothing is known of */
		{ "a c:b d:c e:a", NULL, "a ├c │└d └e" },
		{ "a d:a c:b", "b:d", "a └d _└c" }, /* b lies elsewhere */
		{ "a d:a c:z", "z:y y:d", "a └d _└c" },
		{ "a c:z", "z:y y:z", "a └c" },           /* a ring that is not here */
		{ "a b:a b:a c:b", NULL, "a ├b │└c └b" }, /* the same twice */
		{ "a :a :a", NULL, "a ├? └?" },
		{ "a b:c c:b d:c", NULL, "a └b _└c __└d" }, /* each answers the other */
		{ "a b:d c:b d:c", NULL, "a └b _└c __└d" },
		{ "a b:b c:b", NULL, "a └b _└c" },
		{ "a:b b:a c:b", NULL, "a └b _└c" }, /* the root in a ring */
		{ "a:z b:z", "z:a", "a └b" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) rows = rows_of(cases[i].mails);
		g_autoptr(GHashTable) between =
			cases[i].between ? between_of(cases[i].between) : NULL;
		list_tree_lay_out(rows, between);
		g_autofree char *got = picture(rows);
		assert_string_equal(got, cases[i].picture);
	}
}

static void
gaps_are_told(void **state)
{
	static const struct {
		const char *mails;
		bool gaps;
	} cases[] = { { "a b:a", false }, { "a b:z c:b", true }, { "a b", false } };
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) rows = rows_of(cases[i].mails);
		assert_int_equal(list_tree_has_gaps(rows), cases[i].gaps);
	}
}

/* Each answers the one before (STEP 1), the one after (-1, a ring with the last), or all the first one (0). */
static void
ten_thousand_stand_in_it_once(void **state)
{
	enum { COUNT = 10000 };
	for (int step = -1; step <= 1; step++) {
		g_autoptr(GPtrArray) rows =
			g_ptr_array_new_with_free_func((GDestroyNotify)list_row_unref);
		for (int i = 0; i < COUNT; i++) {
			MessageRow *copy = g_new0(MessageRow, 1);
			copy->id = copy->id_hash = i + 1;
			copy->parent = step == 0 ? 1 : (i - step + COUNT) % COUNT + 1;
			g_ptr_array_add(rows, list_row_new(copy, true));
		}
		list_tree_lay_out(rows, NULL);
		g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
		int deepest = 0;
		for (guint i = 0; i < rows->len; i++) {
			const ListRow *row = g_ptr_array_index(rows, i);
			g_hash_table_add(seen, (gpointer)row);
			deepest = MAX(deepest, row->depth);
		}
		assert_int_equal(g_hash_table_size(seen), COUNT);
		assert_int_equal(deepest, step == 0 ? 1 : COUNT - 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_hang_under_what_they_answer),
		cmocka_unit_test(gaps_are_told),
		cmocka_unit_test(ten_thousand_stand_in_it_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
