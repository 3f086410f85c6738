#include "screen_record.h"

#include <cmocka.h>
#include <string.h>

/* When a sentence was said is another time in every run. */
static void
hide_time(char *line)
{
	static const char form[] = "00:00:00";
	for (size_t i = 0; form[i]; i++) {
		if (*line != ' ' ||
			!(form[i] == '0' ? g_ascii_isdigit(line[i + 1]) : line[i + 1] == form[i]))
			return;
	}
	memcpy(line + 1, form, strlen(form));
}

/* The status line names paths of this machine: it is compared as one word. */
char *
screen_record_text(TestTerminal *terminal)
{
	g_autofree char *text = test_terminal_text(terminal);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++) {
		hide_time(*line);
		if (!strstr(*line, ": stopped,"))
			continue;
		g_free(*line);
		*line = g_strdup(" (accounts)");
	}
	return g_strjoinv("\n", lines);
}

/* "bold reverse 4 on 7"; "" for a plain cell. */
static char *
look_of(const TestCell *cell)
{
	g_autoptr(GString) look = g_string_new(NULL);
	g_string_append_printf(look, "%s%s%s", cell->bold ? " bold" : "",
		cell->reverse ? " reverse" : "", cell->underline ? " underline" : "");
	if (cell->fg >= 0)
		g_string_append_printf(look, " %d", cell->fg);
	if (cell->bg >= 0)
		g_string_append_printf(look, " on %d", cell->bg);
	return g_string_free(g_steal_pointer(&look), FALSE);
}

/* A letter for each look, in the order of their first cells; looks is of char *. */
static char
letter_of(GPtrArray *looks, const TestCell *cell)
{
	g_autofree char *look = look_of(cell);
	guint place;
	if (!*look)
		return '.';
	if (!g_ptr_array_find_with_equal_func(looks, look, g_str_equal, &place)) {
		place = looks->len;
		g_ptr_array_add(looks, g_steal_pointer(&look));
	}
	return (char)('a' + place);
}

/* How each cell looks, what the letters mean, and where the cursor is. */
static char *
screen_look(TestTerminal *terminal, int rows, int columns)
{
	g_autoptr(GPtrArray) looks = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) text = g_string_new("---- styles\n");
	for (int row = 0; row < rows; row++) {
		char letter = '.';
		for (int column = 0; column < columns; column++) {
			TestCell cell = test_terminal_cell(terminal, row, column);
			if (*cell.text) /* the right half has no look of its own */
				letter = letter_of(looks, &cell);
			g_string_append_c(text, letter);
		}
		g_string_append_c(text, '\n');
	}
	for (guint i = 0; i < looks->len; i++)
		g_string_append_printf(
			text, "%c%s\n", 'a' + (int)i, (char *)g_ptr_array_index(looks, i));
	int row, column;
	bool visible = test_terminal_cursor(terminal, &row, &column);
	g_string_append_printf(
		text, "cursor %d,%d%s\n", row, column, visible ? " visible" : " hidden");
	return g_string_free(g_steal_pointer(&text), FALSE);
}

char *
screen_record(TestTerminal *terminal, int rows, int columns)
{
	g_autofree char *text = screen_record_text(terminal);
	g_autofree char *look = screen_look(terminal, rows, columns);
	return g_strconcat(text, look, NULL);
}

void
screen_record_assert_same(const char *what, const char *wanted, const char *got)
{
	if (g_str_equal(wanted, got))
		return;
	g_auto(GStrv) one = g_strsplit(wanted, "\n", -1);
	g_auto(GStrv) other = g_strsplit(got, "\n", -1);
	guint length = MAX(g_strv_length(one), g_strv_length(other));
	for (guint i = 0, at_one = 0, at_other = 0; i < length; i++) {
		const char *a = one[at_one] ? one[at_one++] : "";
		const char *b = other[at_other] ? other[at_other++] : "";
		bool is_same = g_str_equal(a, b);
		print_error(is_same ? "  %s\n" : "- %s\n", a);
		if (!is_same)
			print_error("+ %s\n", b);
	}
	fail_msg("%s: what stands behind - is wanted, behind + is there", what);
}

void
screen_record_check(TestTerminal *terminal, const char *name, int rows, int columns)
{
	g_autofree char *got = screen_record(terminal, rows, columns);
	g_autofree char *path = g_strdup_printf("%s/%s.txt", CURLEW_SCREENS, name);
	if (g_getenv("CURLEW_TEST_RECORD")) {
		assert_true(g_file_set_contents(path, got, -1, NULL));
		return;
	}
	g_autofree char *expected = NULL;
	if (!g_file_get_contents(path, &expected, NULL, NULL))
		fail_msg("%s is missing; the screen:\n%s", path, got);
	screen_record_assert_same(name, expected, got);
}
