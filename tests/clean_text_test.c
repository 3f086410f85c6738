#include <cmocka.h>
#include <locale.h>
#include <string.h>
#include <wchar.h>

#include "index/clean_text.h"

typedef struct Case {
	const char *input, *output;
	size_t changes;
} Case;

static void
check(CleanKind kind, const Case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		g_autoptr(CleanText) clean = clean_text_new(kind, cases[i].input, -1);
		assert_string_equal(clean_text_utf8(clean), cases[i].output);
		assert_int_equal(clean_text_length(clean), strlen(cases[i].output));
		if (clean_text_changes(clean) != cases[i].changes)
			fail_msg("case %zu <%s>: %zu changes, not %zu", i, cases[i].output,
				clean_text_changes(clean), cases[i].changes);
		g_autoptr(CleanText) again = clean_text_new(kind, clean_text_utf8(clean), -1);
		assert_string_equal(clean_text_utf8(again), cases[i].output);
		assert_int_equal(clean_text_changes(again), 0);
	}
}

static void
control_characters_become_pictures(void **state)
{
	static const Case cases[] = {
		{ "\033]0;owned\007x", "␛]0;owned␇x", 2 },
		{ "\033[2J", "␛[2J", 1 },
		{ "\177", "␡", 1 },
		{ "\001\010", "␁␈", 2 },
		{ "\302\233" /* CSI as U+009B */ "31m",
			"\357\277\275"
			"31m",
			1 },
		{ "\233" /* as a raw byte */ "31m",
			"\357\277\275"
			"31m",
			1 },
	};
	check(CLEAN_LINE, cases, G_N_ELEMENTS(cases));
	check(CLEAN_IDENTITY, cases, G_N_ELEMENTS(cases));
	check(CLEAN_BODY, cases, G_N_ELEMENTS(cases));
}

static void
one_line_texts_have_no_line_breaks(void **state)
{
	static const Case cases[] = {
		{ "a\r\nb", "a b", 0 },
		{ "a \t\v\f\302\205\342\200\250\342\200\251 b", "a b", 0 },
		{ "  a  b  ", " a b ", 0 },
		{ "\n", " ", 0 },
	};
	check(CLEAN_LINE, cases, G_N_ELEMENTS(cases));
	check(CLEAN_IDENTITY, cases, G_N_ELEMENTS(cases));
}

static void
bodies_keep_their_lines_and_expand_tabs(void **state)
{
	static const Case cases[] = {
		{ "a\nb\r\nc\n", "a\nb\nc\n", 0 },
		{ "a\rb", "a␍b", 1 },
		{ "a\r\r\nb", "a␍\nb", 1 },
		{ "a\302\205b\342\200\250c\342\200\251d", "a\nb\nc\nd", 0 },
		{ "\tx\n1234567\tx\n12345678\tx", "        x\n1234567 x\n12345678        x", 0 },
		{ "日本\tx", "日本    x", 0 },
		{ "a\vb\f", "a␋b␌", 2 },
		{ "  a  b  ", "  a  b  ", 0 },
	};
	check(CLEAN_BODY, cases, G_N_ELEMENTS(cases));
}

static void
direction_controls_are_marked_in_identities(void **state)
{
	static const Case cases[] = {
		{ "photo\342\200\256gpj.exe", "photo⟨RLO⟩gpj.exe", 1 },
		{ "\342\200\252\342\200\253\342\200\254\342\200\255", "⟨LRE⟩⟨RLE⟩⟨PDF⟩⟨LRO⟩", 4 },
		{ "\342\201\246\342\201\247\342\201\250\342\201\251", "⟨LRI⟩⟨RLI⟩⟨FSI⟩⟨PDI⟩", 4 },
		{ "a\342\200\216b\342\200\217c\330\234d", "abcd", 3 },
	};
	check(CLEAN_IDENTITY, cases, G_N_ELEMENTS(cases));
}

static void
direction_controls_are_dropped_in_text(void **state)
{
	static const Case cases[] = {
		{ "photo\342\200\256gpj.exe", "photogpj.exe", 1 },
		{ "\342\201\246a\342\201\251\342\200\217", "a", 3 },
	};
	check(CLEAN_LINE, cases, G_N_ELEMENTS(cases));
	check(CLEAN_BODY, cases, G_N_ELEMENTS(cases));
}

static void
hidden_characters_are_dropped_and_counted(void **state)
{
	static const Case cases[] = {
		{ "pay\342\200\213pal\302\255.com\357\273\277", "paypal.com", 3 },
		{ "a\363\240\201\201\363\240\201\202", "a", 2 },   /* tag letters */
		{ "\343\205\244\357\276\240\341\205\237", "", 3 }, /* Hangul fillers */
		{ "x\357\270\217y", "xy", 1 }, /* a variation selector on a letter */
	};
	check(CLEAN_LINE, cases, G_N_ELEMENTS(cases));
	check(CLEAN_IDENTITY, cases, G_N_ELEMENTS(cases));
	check(CLEAN_BODY, cases, G_N_ELEMENTS(cases));
}

static void
blank_characters_are_spaces_in_identities(void **state)
{
	static const Case cases[] = {
		{ "a\302\240\342\240\200\342\200\203b", "a b", 3 },
		{ "a\343\200\200b", "a\343\200\200b", 0 },
	};
	check(CLEAN_IDENTITY, cases, G_N_ELEMENTS(cases));
	static const Case kept[] = { { "a\302\240b\342\240\200", "a\302\240b\342\240\200", 0 } };
	check(CLEAN_LINE, kept, G_N_ELEMENTS(kept));
}

static void
joiners_stay_between_letters_that_join(void **state)
{
	static const Case cases[] = {
		{ "می\342\200\214خواهم", "می\342\200\214خواهم", 0 },
		{ "क्\342\200\215ष", "क्\342\200\215ष", 0 },
		{ "می\342\200\214\342\200\214خ", "می\342\200\214خ", 1 },
		{ "pay\342\200\214pal", "paypal", 1 },
		{ "می\342\200\214", "می", 1 },
		{ "می\342\200\214 x", "می x", 1 },
		{ "\342\200\214می", "می", 1 },
	};
	check(CLEAN_LINE, cases, G_N_ELEMENTS(cases));
	static const Case dropped[] = { { "می\342\200\214خواهم", "میخواهم", 1 } };
	check(CLEAN_IDENTITY, dropped, G_N_ELEMENTS(dropped));
}

static void
emoji_lose_what_terminals_disagree_on(void **state)
{
	static const Case cases[] = {
		{ "👨\342\200\215👩\342\200\215👧", "👨👩👧", 0 },
		{ "👍🏽 ok", "👍 ok", 0 },
		{ "❤\357\270\217", "❤", 0 },
		{ "1\357\270\217\342\203\243", "1\342\203\243", 0 },
		{ "🏽", "🏽", 0 },
	};
	check(CLEAN_LINE, cases, G_N_ELEMENTS(cases));
	check(CLEAN_BODY, cases, G_N_ELEMENTS(cases));
}

static void
what_is_no_character_is_replaced(void **state)
{
	static const Case cases[] = {
		{ "\377\376", "\357\277\275\357\277\275", 2 },
		{ "\355\240\200", "\357\277\275\357\277\275\357\277\275", 3 }, /* a surrogate */
		{ "\300\257", "\357\277\275\357\277\275", 2 },                 /* overlong '/' */
		{ "\357\267\220\357\277\276\360\237\277\277",
			"\357\277\275\357\277\275\357\277\275", 3 },
		{ "\356\200\200\364\200\200\200", "\357\277\275\357\277\275", 2 }, /* private use */
		{ "\315\270", "\357\277\275", 1 },                                 /* unassigned */
		{ "a\302", "a\357\277\275", 1 },                                   /* cut short */
	};
	check(CLEAN_LINE, cases, G_N_ELEMENTS(cases));
	check(CLEAN_BODY, cases, G_N_ELEMENTS(cases));
}

static void
marks_have_a_base_and_a_limit(void **state)
{
	static const Case cases[] = {
		{ "e\314\201", "e\314\201", 0 },
		{ "\314\201x", "◌\314\201x", 1 },
		{ "a \314\201", "a ◌\314\201", 1 },
		{ "e\314\201\314\202\314\203\314\204\314\205\314\206",
			"e\314\201\314\202\314\203\314\204", 2 },
	};
	check(CLEAN_LINE, cases, G_N_ELEMENTS(cases));
	check(CLEAN_BODY, cases, G_N_ELEMENTS(cases));
	static const Case after_line[] = { { "a\n\314\201", "a\n◌\314\201", 1 } };
	check(CLEAN_BODY, after_line, G_N_ELEMENTS(after_line));
}

static void
a_nul_inside_does_not_end_the_text(void **state)
{
	g_autoptr(CleanText) clean = clean_text_new(CLEAN_LINE, "a\0b", 3);
	assert_string_equal(clean_text_utf8(clean), "a␀b");
	g_autoptr(CleanText) empty = clean_text_new(CLEAN_LINE, NULL, 5);
	assert_string_equal(clean_text_utf8(empty), "");
}

static void
formatted_arguments_are_cleaned(void **state)
{
	g_autoptr(CleanText) clean = clean_text_format(CLEAN_LINE, "%s: %d\n", "\033[m", 7);
	assert_string_equal(clean_text_utf8(clean), "␛[m: 7 ");
}

static char *
repeat(const char *piece, size_t times)
{
	GString *text = g_string_new(NULL);
	for (size_t i = 0; i < times; i++)
		g_string_append(text, piece);
	return g_string_free(text, FALSE);
}

static void
a_long_line_is_cut_where_a_character_ends(void **state)
{
	static const char *pieces[] = { "a", "é", "日", "e\314\201", "\033", "a ", "\342\200\256",
		"ی\342\200\214", "👍" };
	for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++)
		for (int kind = CLEAN_LINE; kind <= CLEAN_IDENTITY; kind++) {
			g_autofree char *text = repeat(pieces[i], 20000);
			g_autoptr(CleanText) clean = clean_text_new((CleanKind)kind, text, -1);
			assert_true(clean_text_length(clean) <= 8 << 10);
			bool dropped = kind == CLEAN_LINE && i == 6;
			assert_int_equal(g_str_has_suffix(clean_text_utf8(clean), "…"), !dropped);
			g_autoptr(CleanText) again =
				clean_text_new((CleanKind)kind, clean_text_utf8(clean), -1);
			assert_string_equal(clean_text_utf8(clean), clean_text_utf8(again));
			assert_int_equal(clean_text_columns(clean), clean_text_columns(again));
		}
}

static void
a_text_of_exactly_the_limit_is_whole(void **state)
{
	g_autofree char *text = repeat("12345678", 1024);
	g_autoptr(CleanText) clean = clean_text_new(CLEAN_LINE, text, -1);
	assert_string_equal(clean_text_utf8(clean), text);
}

static void
a_long_body_line_is_broken_and_loses_nothing(void **state)
{
	g_autofree char *text = repeat("0123456789", 300000);
	g_autoptr(CleanText) clean = clean_text_new(CLEAN_BODY, text, -1);
	g_auto(GStrv) lines = g_strsplit(clean_text_utf8(clean), "\n", -1);
	assert_int_equal(g_strv_length(lines), 3);
	for (size_t i = 0; lines[i] != NULL; i++)
		assert_true(strlen(lines[i]) <= 1 << 20);
	g_autofree char *joined = g_strjoinv("", lines);
	assert_string_equal(joined, text);
	g_autoptr(CleanText) again = clean_text_new(CLEAN_BODY, clean_text_utf8(clean), -1);
	assert_string_equal(clean_text_utf8(again), clean_text_utf8(clean));
}

static void
a_long_body_line_of_marks_and_joiners_stays_clean(void **state)
{
	static const char *pieces[] = { "ی\342\200\214", "e\314\201\314\202\314\203\314\204", "\t",
		"日" };
	for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++)
		for (size_t lead = 0; lead < 9; lead++) {
			g_autofree char *start = repeat("x", lead);
			g_autofree char *rest = repeat(pieces[i], (1100 << 10) / strlen(pieces[i]));
			g_autofree char *text = g_strconcat(start, rest, NULL);
			g_autoptr(CleanText) clean = clean_text_new(CLEAN_BODY, text, -1);
			const char *newline = strchr(clean_text_utf8(clean), '\n');
			assert_non_null(newline);
			assert_true(newline - clean_text_utf8(clean) <= 1 << 20);
			g_autoptr(CleanText) again =
				clean_text_new(CLEAN_BODY, clean_text_utf8(clean), -1);
			assert_string_equal(clean_text_utf8(again), clean_text_utf8(clean));
			assert_int_equal(clean_text_changes(again), 0);
		}
}

static const struct {
	const char *text;
	size_t columns;
} widths[] = {
	{ "", 0 },
	{ "abc", 3 },
	{ "日本", 4 },
	{ "e\314\201x", 2 },
	{ "␛[m", 3 },
	{ "👍", 2 },
};

static void
columns_are_those_of_the_terminal(void **state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(widths); i++) {
		g_autoptr(CleanText) clean = clean_text_new(CLEAN_LINE, widths[i].text, -1);
		assert_int_equal(clean_text_columns(clean), widths[i].columns);
		size_t sum = 0, bytes = 0, length;
		int columns;
		const char *next = clean_text_utf8(clean);
		while ((length = clean_text_step(&next, &columns)) > 0) {
			sum += (size_t)columns;
			bytes += length;
		}
		assert_int_equal(sum, widths[i].columns);
		assert_int_equal(bytes, clean_text_length(clean));
	}
	g_autoptr(CleanText) body = clean_text_new(CLEAN_BODY, "ab\n日本語\nx\n", -1);
	assert_int_equal(clean_text_columns(body), 6);
}

static void
a_step_is_one_base_with_its_marks(void **state)
{
	static const struct {
		size_t length;
		int columns;
	} steps[] = { { 5, 1 }, { 1, 1 }, { 1, 0 }, { 3, 2 }, { 0, 0 } };
	g_autoptr(CleanText) clean = clean_text_new(CLEAN_BODY, "e\314\201\314\202x\n日", -1);
	const char *next = clean_text_utf8(clean);
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		int columns;
		assert_int_equal(clean_text_step(&next, &columns), steps[i].length);
		assert_int_equal(columns, steps[i].columns);
	}
}

static void
a_clip_fits_its_columns(void **state)
{
	static const struct {
		const char *text;
		size_t columns;
		const char *clipped;
	} cases[] = {
		{ "abcdef", 6, "abcdef" },
		{ "abcdef", 5, "abcd…" },
		{ "abcdef", 1, "…" },
		{ "abcdef", 0, "" },
		{ "", 0, "" },
		{ "日本語", 6, "日本語" },
		{ "日本語", 5, "日本…" },
		{ "日本語", 4, "日…" },
		{ "e\314\201e\314\201e\314\201", 2, "e\314\201…" },
		{ "می\342\200\214خواهم", 3, "می…" },
		{ "first\nsecond", 20, "first…" },
		{ "first\nsecond", 3, "fi…" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(CleanText) clean = clean_text_new(CLEAN_BODY, cases[i].text, -1);
		g_autoptr(CleanText) clip = clean_text_clip(clean, cases[i].columns);
		assert_string_equal(clean_text_utf8(clip), cases[i].clipped);
		assert_int_equal(clean_text_length(clip), strlen(cases[i].clipped));
		g_autoptr(CleanText) again = clean_text_new(CLEAN_BODY, clean_text_utf8(clip), -1);
		assert_string_equal(clean_text_utf8(again), cases[i].clipped);
		assert_int_equal(clean_text_columns(again), clean_text_columns(clip));
		assert_true(clean_text_columns(clip) <= cases[i].columns);
	}
}

/* Every code point by itself and between letters: what comes out is safe, of known width, and stays. */
static void
no_code_point_gets_through_that_must_not(void **state)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	/* above the last letters known, a sample will do */
	for (gunichar character = 0; character <= 0x10FFFF;
		character += character < 0x32000 ? 1 : 97) {
		char text[12] = "a";
		int length = 1 + g_unichar_to_utf8(character, text + 1);
		text[length++] = 'b';
		for (int kind = CLEAN_LINE; kind <= CLEAN_BODY; kind++) {
			g_autoptr(CleanText) clean = clean_text_new((CleanKind)kind, text, length);
			const char *utf8 = clean_text_utf8(clean);
			assert_true(g_utf8_validate(utf8, -1, NULL));
			size_t columns = 0;
			for (const char *c = utf8; *c != '\0'; c = g_utf8_next_char(c)) {
				gunichar shown = g_utf8_get_char(c);
				if (shown == '\n' && kind == CLEAN_BODY) {
					columns = 0;
					continue;
				}
				if (clean_text_is_unsafe(shown) || wcwidth((wchar_t)shown) < 0)
					fail_msg("U+%04X became U+%04X", character, shown);
				columns += (size_t)wcwidth((wchar_t)shown);
			}
			if (strchr(utf8, '\n') == NULL)
				assert_int_equal(columns, clean_text_columns(clean));
			g_autoptr(CleanText) again = clean_text_new((CleanKind)kind, utf8, -1);
			if (strcmp(utf8, clean_text_utf8(again)) != 0 ||
				clean_text_changes(again) != 0)
				fail_msg("U+%04X is not stable", character);
		}
	}
	setlocale(LC_CTYPE, "C");
}

static void
the_locale_of_the_program_does_not_matter(void **state)
{
	static const char text[] = "日本 é 👍 \314\201 \315\270";
	setlocale(LC_ALL, "C.UTF-8");
	g_autoptr(CleanText) utf8 = clean_text_new(CLEAN_LINE, text, -1);
	setlocale(LC_ALL, "C");
	g_autoptr(CleanText) c = clean_text_new(CLEAN_LINE, text, -1);
	assert_string_equal(clean_text_utf8(utf8), clean_text_utf8(c));
	assert_int_equal(clean_text_columns(utf8), clean_text_columns(c));
	assert_int_equal(wcwidth(L'日'), -1); /* this thread's locale is as it was */
}

static void
unsafe_code_points_are_known(void **state)
{
	static const gunichar unsafe[] = { 0, '\n', 0x1B, 0x7F, 0x80, 0x9B, 0xAD, 0x200B, 0x200D,
		0x202E, 0x2066, 0x2028, 0xFEFF, 0xE000, 0xFFFE, 0xE0041, 0x378, 0x10FFFF };
	static const gunichar safe[] = { ' ', 'a', '"', 0xA0, 0xE9, 0x301, 0x65E5, 0x1F44D,
		0xFFFD };
	for (size_t i = 0; i < G_N_ELEMENTS(unsafe); i++)
		if (!clean_text_is_unsafe(unsafe[i]))
			fail_msg("U+%04X counts as safe", unsafe[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(safe); i++)
		if (clean_text_is_unsafe(safe[i]))
			fail_msg("U+%04X counts as unsafe", safe[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control_characters_become_pictures),
		cmocka_unit_test(one_line_texts_have_no_line_breaks),
		cmocka_unit_test(bodies_keep_their_lines_and_expand_tabs),
		cmocka_unit_test(direction_controls_are_marked_in_identities),
		cmocka_unit_test(direction_controls_are_dropped_in_text),
		cmocka_unit_test(hidden_characters_are_dropped_and_counted),
		cmocka_unit_test(blank_characters_are_spaces_in_identities),
		cmocka_unit_test(joiners_stay_between_letters_that_join),
		cmocka_unit_test(emoji_lose_what_terminals_disagree_on),
		cmocka_unit_test(what_is_no_character_is_replaced),
		cmocka_unit_test(marks_have_a_base_and_a_limit),
		cmocka_unit_test(a_nul_inside_does_not_end_the_text),
		cmocka_unit_test(formatted_arguments_are_cleaned),
		cmocka_unit_test(a_long_line_is_cut_where_a_character_ends),
		cmocka_unit_test(a_text_of_exactly_the_limit_is_whole),
		cmocka_unit_test(a_long_body_line_is_broken_and_loses_nothing),
		cmocka_unit_test(a_long_body_line_of_marks_and_joiners_stays_clean),
		cmocka_unit_test(columns_are_those_of_the_terminal),
		cmocka_unit_test(a_step_is_one_base_with_its_marks),
		cmocka_unit_test(a_clip_fits_its_columns),
		cmocka_unit_test(no_code_point_gets_through_that_must_not),
		cmocka_unit_test(the_locale_of_the_program_does_not_matter),
		cmocka_unit_test(unsafe_code_points_are_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
