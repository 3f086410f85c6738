#include "ui/screen/palette.h"

#include <string.h>

#include "backend/config.h"
#include "ui/screen/box.h"

enum { NAME_COLUMNS = 18, KEYS_COLUMNS = 16, NARROW_COLUMNS = 60, ROWS_LIMIT = 10 };

/* ---- finding ---- */

/* Does each letter go on where the one before it was, or begin a word? "nu" is next-unread. */
static bool
begins_words(const char *name, const char *typed, bool at_word)
{
	if (!*typed)
		return true;
	if (!*name)
		return false;
	if (at_word && *name == *typed &&
		(begins_words(name + 1, typed + 1, true) ||
			begins_words(name + 1, typed + 1, false)))
		return true;
	const char *next = strchr(name, '-');
	return next && begins_words(next + 1, typed, true);
}

static bool
holds_letters(const char *name, const char *typed)
{
	for (; *name && *typed; name++)
		typed += *name == *typed;
	return !*typed;
}

/* Where two tables have a name, the earlier means it. */
static const Command *
find_named(const Command *const *tables, const char *name)
{
	const Command *found = NULL;
	for (; !found && *tables; tables++)
		found = command_find(*tables, name);
	return found;
}

/* How well TYPED means NAME: 0 is best, -1 not at all. */
static int
rank(const char *name, const char *typed)
{
	if (g_str_equal(name, typed))
		return 0;
	if (g_str_has_prefix(name, typed))
		return 1;
	if (begins_words(name, typed, true))
		return 2;
	if (strstr(name, typed))
		return 3;
	return holds_letters(name, typed) ? 4 : -1;
}

GPtrArray *
palette_find(const Command *const *tables, const char *typed)
{
	enum { RANKS = 5 };
	GPtrArray *found = g_ptr_array_new();
	g_autofree char *lower = g_ascii_strdown(typed, -1);
	for (int wanted = 0; wanted < RANKS; wanted++) {
		for (const Command *const *table = tables; *table; table++) {
			for (const Command *command = *table; command->name; command++) {
				if (rank(command->name, lower) == wanted &&
					find_named(tables, command->name) == command)
					g_ptr_array_add(found, (void *)command);
			}
		}
	}
	return found;
}

/* "folder work" into name and argument; *argument NULL: there is no blank. The caller owns the name. */
static char *
split(const char *text, const char **argument)
{
	text += strspn(text, " ");
	size_t length = strcspn(text, " ");
	*argument = text[length] ? text + length + strspn(text + length, " ") : NULL;
	return g_strndup(text, length);
}

GPtrArray *
palette_matches(const Command *const *tables, Pane *pane, const char *text)
{
	GPtrArray *matches = g_ptr_array_new_with_free_func(g_free);
	const char *argument;
	g_autofree char *name = split(text, &argument);
	if (!argument) {
		g_autoptr(GPtrArray) found = palette_find(tables, name);
		for (guint i = 0; i < found->len; i++)
			g_ptr_array_add(
				matches, g_strdup(((Command *)g_ptr_array_index(found, i))->name));
		return matches;
	}
	const Command *command = find_named(tables, name);
	if (!command || !command->matches)
		return matches;
	g_autoptr(GPtrArray) found = command->matches(pane, argument);
	for (guint i = 0; i < found->len; i++)
		g_ptr_array_add(matches,
			g_strdup_printf("%s %s", name, (char *)g_ptr_array_index(found, i)));
	return matches;
}

/* ---- running ---- */

static char *
no_command(const Command *const *tables, const char *name)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (; *tables; tables++) {
		for (const Command *command = *tables; command->name; command++)
			g_ptr_array_add(names, (void *)command->name);
	}
	g_ptr_array_add(names, NULL);
	const char *nearest = config_nearest(name, (const char *const *)names->pdata);
	return g_strdup_printf("No command is named \"%s\" here%s%s%s", name,
		nearest ? "; did you mean \"" : "", nearest ? nearest : "", nearest ? "\"?" : "");
}

char *
palette_run(const Command *const *tables, Pane *pane, const char *text)
{
	const char *behind;
	g_autofree char *name = split(text, &behind);
	g_autofree char *argument = behind && *behind ? g_strchomp(g_strdup(behind)) : NULL;
	if (!*name)
		return NULL;
	const Command *command = find_named(tables, name);
	g_autoptr(GPtrArray) found = palette_find(tables, name);
	if (!command && !argument && found->len > 0)
		command = g_ptr_array_index(found, 0);
	if (!command)
		return no_command(tables, name);
	if (argument && !command_takes(command, argument))
		return g_strdup_printf("\"%s\" takes a number and nothing else", command->name);
	command_run(command, pane, 0, argument);
	return NULL;
}

/* ---- drawing ---- */

static void
draw_match(const Command *command, const Keymap *keymap, const char *match, Canvas *canvas,
	const Area *box, int row, bool chosen)
{
	Style style = chosen ? STYLE_BOX_CHOSEN : STYLE_BOX;
	canvas_fill(canvas, box, row, 0, box->columns, style);
	if (!command) {
		canvas_print(canvas, box, row, 1, box->columns - 2, style, "%s", match);
		return;
	}
	canvas_print(canvas, box, row, 1, NAME_COLUMNS, style, "%s", match);
	int at = 1 + NAME_COLUMNS + 1;
	if (box->columns >= NARROW_COLUMNS) {
		g_autofree char *keys = keymap_keys(keymap, command);
		canvas_print(canvas, box, row, at, KEYS_COLUMNS, chosen ? style : STYLE_BOX_KEYS,
			"%s", keys);
		at += KEYS_COLUMNS + 1;
	}
	canvas_print(canvas, box, row, at, box->columns - at - 1, style, "%s%s", command->help,
		command->run_with ? " …" : "");
}

void
palette_draw(const Command *const *tables, const Keymap *keymap, const Prompt *prompt,
	Canvas *canvas, const Area *body)
{
	const GPtrArray *matches = prompt_matches(prompt);
	int total = matches ? (int)matches->len : 0;
	if (total == 0)
		return;
	Area box = box_open(canvas, body, MIN(total, ROWS_LIMIT));
	int chosen = prompt_chosen(prompt);
	int top = MAX(chosen - box.rows + 1, 0);
	/* what Enter would run stands out even if nothing is chosen */
	int marked = chosen < 0 && *prompt_text(prompt) ? 0 : chosen;
	for (int row = 0; row < box.rows; row++) {
		const char *match = g_ptr_array_index(matches, (guint)(top + row));
		draw_match(find_named(tables, match), keymap, match, canvas, &box, row,
			top + row == marked);
	}
}
