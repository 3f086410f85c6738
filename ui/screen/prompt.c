#include "ui/screen/prompt.h"

#include <string.h>

enum { LENGTH_LIMIT = 1000 };

struct Prompt {
	char *label;
	GString *text;
	size_t cursor; /* byte */
	bool secret;
	const GPtrArray *history; /* NULL: none */
	guint place;              /* in it; its length: what was typed */
	char *draft;           /* what was typed, while a line of the history stands there; NULL */
	PromptMatches matches; /* NULL: none */
	void *matches_data;
	GPtrArray *found; /* what matched what was typed; NULL: not asked */
	int chosen;       /* of these, the one that Tab has put there; -1: none */
	bool box;
	PromptChanged changed; /* NULL: nobody follows what is typed */
	void *changed_data;
};

Prompt *
prompt_new(const char *label, const char *text)
{
	Prompt *prompt = g_new0(Prompt, 1);
	prompt->label = g_strdup(label);
	prompt->text = g_string_new(text);
	prompt->cursor = prompt->text->len;
	return prompt;
}

/* With room for all that may be typed, so that no copy is left behind by growing. */
Prompt *
prompt_new_secret(const char *label)
{
	Prompt *prompt = g_new0(Prompt, 1);
	prompt->label = g_strdup(label);
	prompt->text = g_string_sized_new(LENGTH_LIMIT + 16);
	prompt->secret = true;
	return prompt;
}

void
prompt_free(Prompt *prompt)
{
	if (!prompt)
		return;
	if (prompt->secret)
		explicit_bzero(prompt->text->str, prompt->text->allocated_len);
	g_free(prompt->label);
	g_free(prompt->draft);
	g_clear_pointer(&prompt->found, g_ptr_array_unref);
	g_string_free(prompt->text, TRUE);
	g_free(prompt);
}

const char *
prompt_text(const Prompt *prompt)
{
	return prompt->text->str;
}

/* ---- the text changes ---- */

static void
find_matches(Prompt *prompt)
{
	g_clear_pointer(&prompt->found, g_ptr_array_unref);
	prompt->chosen = -1;
	if (prompt->matches)
		prompt->found = prompt->matches(prompt->text->str, prompt->matches_data);
}

static void
tell_changed(Prompt *prompt)
{
	if (prompt->changed)
		prompt->changed(prompt->text->str, prompt->changed_data);
}

/* It is another text now, and what matches it is another thing too. */
static void
renew(Prompt *prompt)
{
	find_matches(prompt);
	tell_changed(prompt);
}

/* False: it is that text already. */
static bool
set_text(Prompt *prompt, const char *text)
{
	if (g_str_equal(prompt->text->str, text))
		return false;
	g_string_assign(prompt->text, text);
	return true;
}

static size_t
place_before(const Prompt *prompt)
{
	const char *start = prompt->text->str;
	const char *at = g_utf8_find_prev_char(start, start + prompt->cursor);
	return at ? (size_t)(at - start) : 0;
}

static size_t
place_behind(const Prompt *prompt)
{
	const char *at = prompt->text->str + prompt->cursor;
	return *at ? (size_t)(g_utf8_next_char(at) - prompt->text->str) : prompt->cursor;
}

static size_t
place_of_word(const Prompt *prompt)
{
	size_t from = prompt->cursor;
	while (from > 0 && prompt->text->str[from - 1] == ' ')
		from--;
	while (from > 0 && prompt->text->str[from - 1] != ' ')
		from--;
	return from;
}

static size_t
place_of(const Prompt *prompt, PromptPlace place)
{
	switch (place) {
	case PROMPT_START:
		return 0;
	case PROMPT_WORD:
		return place_of_word(prompt);
	case PROMPT_BEFORE:
		return place_before(prompt);
	case PROMPT_BEHIND:
		return place_behind(prompt);
	case PROMPT_END:
		break;
	}
	return prompt->text->len;
}

void
prompt_move(Prompt *prompt, PromptPlace place)
{
	prompt->cursor = place_of(prompt, place);
}

void
prompt_erase(Prompt *prompt, PromptPlace place)
{
	size_t to = place_of(prompt, place);
	size_t from = MIN(to, prompt->cursor), end = MAX(to, prompt->cursor);
	if (from == end)
		return;
	g_string_erase(prompt->text, (gssize)from, (gssize)(end - from));
	prompt->cursor = from;
	renew(prompt);
}

static bool
is_text(gunichar character)
{
	return character >= 0x20 && g_unichar_validate(character);
}

void
prompt_insert(Prompt *prompt, const char *text)
{
	size_t before = prompt->text->len;
	for (; *text && prompt->text->len < LENGTH_LIMIT; text = g_utf8_next_char(text)) {
		size_t length = (size_t)(g_utf8_next_char(text) - text);
		if (!is_text(g_utf8_get_char(text)))
			continue;
		g_string_insert_len(prompt->text, (gssize)prompt->cursor, text, (gssize)length);
		prompt->cursor += length;
	}
	if (prompt->text->len > before)
		renew(prompt);
}

void
prompt_type(Prompt *prompt, Key key)
{
	char bytes[7] = { 0 };
	if (is_text(key) && key < PRESS_UP)
		g_unichar_to_utf8(key, bytes);
	prompt_insert(prompt, bytes);
}

/* ---- history ---- */

void
prompt_set_history(Prompt *prompt, const GPtrArray *history)
{
	prompt->history = history;
	prompt->place = history->len;
}

static void
recall(Prompt *prompt, int step)
{
	guint last = prompt->history ? prompt->history->len : 0;
	if ((step < 0 && prompt->place == 0) || (step > 0 && prompt->place >= last))
		return;
	if (prompt->place == last) {
		g_free(prompt->draft);
		prompt->draft = g_strdup(prompt->text->str);
	}
	prompt->place += (guint)step;
	const char *line = prompt->place == last
	                           ? prompt->draft
	                           : g_ptr_array_index(prompt->history, prompt->place);
	bool differs = set_text(prompt, line);
	prompt->cursor = prompt->text->len;
	if (differs)
		renew(prompt);
}

/* ---- matches ---- */

void
prompt_set_matches(Prompt *prompt, PromptMatches matches, void *data)
{
	prompt->matches = matches;
	prompt->matches_data = data;
	find_matches(prompt);
}

void
prompt_renew_matches(Prompt *prompt)
{
	find_matches(prompt);
}

void
prompt_set_box(Prompt *prompt)
{
	prompt->box = true;
}

bool
prompt_has_box(const Prompt *prompt)
{
	return prompt->box;
}

const GPtrArray *
prompt_matches(const Prompt *prompt)
{
	return prompt->found;
}

int
prompt_chosen(const Prompt *prompt)
{
	return prompt->chosen;
}

unsigned
prompt_have(const Prompt *prompt)
{
	return (prompt->matches ? COMMAND_NEEDS_MATCHES : 0) |
	       (prompt->history && prompt->history->len > 0 ? COMMAND_NEEDS_HISTORY : 0) |
	       (prompt->secret ? 0 : COMMAND_NEEDS_SHOWN);
}

void
prompt_choose(Prompt *prompt, int step)
{
	int total = prompt->found ? (int)prompt->found->len : 0;
	if (total == 0)
		return;
	if (prompt->chosen < 0 && step < 0)
		prompt->chosen = 0;
	prompt->chosen = (prompt->chosen + step + total) % total;
	bool differs = set_text(prompt, g_ptr_array_index(prompt->found, (guint)prompt->chosen));
	prompt->cursor = prompt->text->len;
	if (differs)
		tell_changed(prompt);
}

/* Through the history if one is in it or has typed nothing, else through a box of matches. */
void
prompt_go(Prompt *prompt, int step)
{
	bool in_history = prompt->history && prompt->place < prompt->history->len;
	bool begins_history = prompt->text->len == 0 && step < 0;
	if (prompt->box && !in_history && !begins_history)
		prompt_choose(prompt, step);
	else
		recall(prompt, step);
}

void
prompt_set_changed(Prompt *prompt, PromptChanged changed, void *data)
{
	prompt->changed = changed;
	prompt->changed_data = data;
}

/* Behind the text: the rest of the line, the one that Tab has chosen left out. */
static void
draw_matches(const Prompt *prompt, Canvas *canvas, const Area *area, int at)
{
	at += 3;
	for (guint i = 0; !prompt->box && prompt->found && i < prompt->found->len; i++) {
		int room = area->columns - at - 1;
		if ((int)i == prompt->chosen || room < 2)
			continue;
		at += canvas_print(canvas, area, 0, at, room, STYLE_HINTS, "%s",
			      (const char *)g_ptr_array_index(prompt->found, i)) +
		      2;
	}
}

/* Long texts are shown from where the cursor is in sight, with … for what is cut on either side. */
void
prompt_draw(const Prompt *prompt, Canvas *canvas, const Area *area)
{
	canvas_fill(canvas, area, 0, 0, area->columns, STYLE_PROMPT);
	int at = canvas_print(
		canvas, area, 0, 1, area->columns - 1, STYLE_PROMPT, "%s", prompt->label);
	at += 1;
	if (prompt->secret) {
		canvas_set_cursor(canvas, area, 0, at, true);
		return;
	}
	g_autoptr(CleanText) before =
		clean_text_new(CLEAN_BODY, prompt->text->str, (gssize)prompt->cursor);
	g_autoptr(CleanText) after =
		clean_text_new(CLEAN_BODY, prompt->text->str + prompt->cursor, -1);
	size_t room = (size_t)MAX(area->columns - at - 3, 1);
	const char *shown = clean_text_utf8(before);
	size_t columns = clean_text_columns(before);
	while (columns > room) {
		int width;
		if (clean_text_step(&shown, &width) == 0)
			break;
		columns -= MIN((size_t)width, columns);
	}
	size_t offset = (size_t)(shown - clean_text_utf8(before));
	if (offset > 0)
		at += canvas_print(canvas, area, 0, at, 1, STYLE_PROMPT, "…");
	at += canvas_draw_slice(canvas, area, 0, at, area->columns - at, STYLE_PROMPT, before,
		offset, clean_text_length(before) - offset);
	canvas_set_cursor(canvas, area, 0, at, true);
	at += canvas_draw(canvas, area, 0, at, area->columns - at, STYLE_PROMPT, after);
	draw_matches(prompt, canvas, area, at);
}
