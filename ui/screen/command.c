#include "ui/screen/command.h"

#include <string.h>

#include "ui/screen/keymap.h"

const Command *
command_find(const Command *table, const char *name)
{
	for (; table->name; table++) {
		if (g_str_equal(table->name, name))
			return table;
	}
	return NULL;
}

const char *
command_help_with(const Command *command, const char *argument)
{
	for (const CommandKeys *row = command->keys_with; argument && row && row->keys; row++) {
		if (g_str_equal(row->argument, argument))
			return row->help;
	}
	return NULL;
}

static bool
is_count(const char *argument)
{
	return *argument && strspn(argument, "0123456789") == strlen(argument);
}

bool
command_takes(const Command *command, const char *argument)
{
	return command->run_with || is_count(argument);
}

void
command_run(const Command *command, Pane *pane, int count, const char *argument)
{
	if (argument && command->run_with)
		command->run_with(pane, argument);
	else if (argument)
		command->run(pane, (int)MIN(g_ascii_strtoull(argument, NULL, 10), 9999999));
	else
		command->run(pane, count);
}

/* ---- hints ---- */

typedef struct Hint {
	const Command *command;
	const char *keys; /* the first of its keys */
	const char *text;
} Hint;

/* "? help": the first of its keys, and its hint. */
static size_t
hint_length(const Hint *hint)
{
	return strlen(hint->keys) + 1 + strlen(hint->text);
}

static const char *
first_keys(const Keymap *keymap, const Command *command)
{
	const GPtrArray *bindings = keymap_bindings(keymap);
	for (guint i = 0; i < bindings->len; i++) {
		const Binding *binding = g_ptr_array_index(bindings, i);
		if (binding->command == command && !binding->argument)
			return binding->keys;
	}
	return NULL;
}

/* The hints of all tables, in order, of what can be typed; of Hint. */
static GArray *
find_hints(const Command *const *tables, const Keymap *keymap, unsigned have)
{
	GArray *found = g_array_new(FALSE, FALSE, sizeof(Hint));
	for (; *tables; tables++) {
		for (const Command *command = *tables; command->name; command++) {
			bool is_met = !(command->needs & ~have);
			Hint hint = { command, first_keys(keymap, command),
				is_met ? command->hint : command->hint_else };
			if (hint.text && hint.keys)
				g_array_append_val(found, hint);
		}
	}
	return found;
}

/* What the hints that stay need, from FROM on, with the blanks before them. */
static size_t
reserved_columns(const GArray *hints, guint from)
{
	size_t columns = 0;
	for (guint i = from; i < hints->len; i++) {
		const Hint *hint = &g_array_index(hints, Hint, i);
		if (hint->command->flags & COMMAND_HINT_STAYS)
			columns += 2 + hint_length(hint);
	}
	return columns;
}

char *
command_hints(const Command *const *tables, const Keymap *keymap, unsigned have, size_t columns)
{
	GString *line = g_string_new(NULL);
	g_autoptr(GArray) hints = find_hints(tables, keymap, have);
	bool full = false;
	for (guint i = 0; i < hints->len; i++) {
		const Hint *hint = &g_array_index(hints, Hint, i);
		size_t needed = hint_length(hint) + (line->len ? 2 : 0);
		bool stays = hint->command->flags & COMMAND_HINT_STAYS;
		bool fits = line->len + needed + reserved_columns(hints, i + 1) <= columns;
		full = full || (!stays && !fits);
		if (!fits || (full && !stays))
			continue;
		g_string_append_printf(
			line, "%s%s %s", line->len ? "  " : "", hint->keys, hint->text);
	}
	return g_string_free(line, FALSE);
}
