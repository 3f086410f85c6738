#include "ui/screen/prompt.h"

#include <string.h>

enum { LENGTH_LIMIT = 1000, CONTROL = 0x1f };

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

static size_t
before_cursor(const Prompt *prompt)
{
	const char *start = prompt->text->str;
	const char *at = g_utf8_find_prev_char(start, start + prompt->cursor);
	return at ? (size_t)(at - start) : 0;
}

static size_t
after_cursor(const Prompt *prompt)
{
	const char *at = prompt->text->str + prompt->cursor;
	return *at ? (size_t)(g_utf8_next_char(at) - prompt->text->str) : prompt->cursor;
}

static void
erase(Prompt *prompt, size_t from, size_t to)
{
	g_string_erase(prompt->text, (gssize)from, (gssize)(to - from));
	prompt->cursor = from;
}

static void
erase_word(Prompt *prompt)
{
	size_t from = prompt->cursor;
	while (from > 0 && prompt->text->str[from - 1] == ' ')
		from--;
	while (from > 0 && prompt->text->str[from - 1] != ' ')
		from--;
	erase(prompt, from, prompt->cursor);
}

static void
insert(Prompt *prompt, Key key)
{
	if (key < 0x20 || key >= PRESS_UP || !g_unichar_validate(key) ||
		prompt->text->len >= LENGTH_LIMIT)
		return;
	char bytes[6];
	int length = g_unichar_to_utf8(key, bytes);
	g_string_insert_len(prompt->text, (gssize)prompt->cursor, bytes, length);
	prompt->cursor += (size_t)length;
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
	g_string_assign(prompt->text, line);
	prompt->cursor = prompt->text->len;
}

/* ---- matches ---- */

static void
find_matches(Prompt *prompt)
{
	g_clear_pointer(&prompt->found, g_ptr_array_unref);
	prompt->chosen = -1;
	if (prompt->matches)
		prompt->found = prompt->matches(prompt->text->str, prompt->matches_data);
}

void
prompt_set_matches(Prompt *prompt, PromptMatches matches, void *data)
{
	prompt->matches = matches;
	prompt->matches_data = data;
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

bool
prompt_has_matches(const Prompt *prompt)
{
	return prompt->matches != NULL;
}

static void
choose(Prompt *prompt, int step)
{
	int total = prompt->found ? (int)prompt->found->len : 0;
	if (total == 0)
		return;
	if (prompt->chosen < 0 && step < 0)
		prompt->chosen = 0;
	prompt->chosen = (prompt->chosen + step + total) % total;
	g_string_assign(prompt->text, g_ptr_array_index(prompt->found, (guint)prompt->chosen));
	prompt->cursor = prompt->text->len;
}

/* Up or Down: through the history if one is in it or has typed nothing, else through a box of matches. */
static void
go(Prompt *prompt, int step)
{
	bool in_history = prompt->history && prompt->place < prompt->history->len;
	bool begins_history = prompt->text->len == 0 && step < 0;
	if (prompt->box && !in_history && !begins_history)
		choose(prompt, step);
	else
		recall(prompt, step);
}

static PromptResult
press(Prompt *prompt, Key key)
{
	switch (key) {
	case PRESS_TAB:
		choose(prompt, 1);
		break;
	case PRESS_BACK_TAB:
		choose(prompt, -1);
		break;
	case PRESS_ENTER:
		return PROMPT_DONE;
	case PRESS_ESCAPE:
	case 'c' & CONTROL:
	case 'g' & CONTROL:
		return PROMPT_CANCELLED;
	case PRESS_BACKSPACE:
		if (prompt->text->len == 0)
			return PROMPT_CANCELLED;
		erase(prompt, before_cursor(prompt), prompt->cursor);
		break;
	case PRESS_DELETE:
	case 'd' & CONTROL:
		erase(prompt, prompt->cursor, after_cursor(prompt));
		break;
	case 'w' & CONTROL:
		erase_word(prompt);
		break;
	case 'u' & CONTROL:
		erase(prompt, 0, prompt->cursor);
		break;
	case 'k' & CONTROL:
		erase(prompt, prompt->cursor, prompt->text->len);
		break;
	case PRESS_UP:
	case PRESS_DOWN:
		go(prompt, key == PRESS_UP ? -1 : 1);
		break;
	case PRESS_LEFT:
		prompt->cursor = before_cursor(prompt);
		break;
	case PRESS_RIGHT:
		prompt->cursor = after_cursor(prompt);
		break;
	case PRESS_HOME:
	case 'a' & CONTROL:
		prompt->cursor = 0;
		break;
	case PRESS_END:
	case 'e' & CONTROL:
		prompt->cursor = prompt->text->len;
		break;
	default:
		insert(prompt, key);
	}
	return PROMPT_GOES_ON;
}

void
prompt_set_changed(Prompt *prompt, PromptChanged changed, void *data)
{
	prompt->changed = changed;
	prompt->changed_data = data;
}

PromptResult
prompt_press(Prompt *prompt, Key key)
{
	bool followed = prompt->matches || prompt->changed;
	g_autofree char *before = followed ? g_strdup(prompt->text->str) : NULL;
	int chosen = prompt->chosen;
	PromptResult result = press(prompt, key);
	if (!followed || g_str_equal(before, prompt->text->str))
		return result;
	if (prompt->chosen == chosen)
		find_matches(prompt);
	if (prompt->changed)
		prompt->changed(prompt->text->str, prompt->changed_data);
	return result;
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
