#include "ui/screen/said.h"

struct Said {
	GPtrArray *lines; /* of SaidLine */
};

static void
line_free(void *pointer)
{
	SaidLine *line = pointer;
	clean_text_unref(line->text);
	g_free(line);
}

Said *
said_new(void)
{
	Said *said = g_new0(Said, 1);
	said->lines = g_ptr_array_new_with_free_func(line_free);
	return said;
}

void
said_free(Said *said)
{
	if (!said)
		return;
	g_ptr_array_unref(said->lines);
	g_free(said);
}

static bool
is_repeated(const Said *said, const CleanText *text)
{
	if (said->lines->len == 0)
		return false;
	const SaidLine *last = said_at(said, said->lines->len - 1);
	return g_str_equal(clean_text_utf8(last->text), clean_text_utf8(text));
}

void
said_add(Said *said, CleanText *text, bool is_error, int64_t when)
{
	if (is_repeated(said, text)) {
		SaidLine *last = g_ptr_array_index(said->lines, said->lines->len - 1);
		last->when = when;
		last->times++;
		return;
	}
	SaidLine *line = g_new(SaidLine, 1);
	*line = (SaidLine){ when, 1, is_error, clean_text_ref(text) };
	g_ptr_array_add(said->lines, line);
	if (said->lines->len > SAID_LIMIT)
		g_ptr_array_remove_index(said->lines, 0);
}

size_t
said_length(const Said *said)
{
	return said->lines->len;
}

const SaidLine *
said_at(const Said *said, size_t place)
{
	return g_ptr_array_index(said->lines, place);
}
