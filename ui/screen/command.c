#include "ui/screen/command.h"

#include <stdbool.h>
#include <string.h>

enum { HELP_KEYS_COLUMNS = 18 };

static const char *
hint_of(const Command *command, unsigned have)
{
	return (command->needs & ~have) ? command->hint_else : command->hint;
}

/* "? help": the first of its keys, and its hint. */
static size_t
hint_length(const Command *command, unsigned have)
{
	return strcspn(command->keys, " ") + 1 + strlen(hint_of(command, have));
}

static bool
is_same_key(const Command *one, const Command *other)
{
	size_t length = strcspn(one->keys, " ");
	return length == strcspn(other->keys, " ") && strncmp(one->keys, other->keys, length) == 0;
}

/* The hints of all tables, in order; a key that an earlier table has means what it says there. */
static GPtrArray *
find_hints(const Command *const *tables, unsigned have)
{
	GPtrArray *found = g_ptr_array_new();
	for (; *tables; tables++) {
		for (const Command *command = *tables; command->name; command++) {
			bool is_new = hint_of(command, have) != NULL;
			for (guint i = 0; is_new && i < found->len; i++)
				is_new = !is_same_key(g_ptr_array_index(found, i), command);
			if (is_new)
				g_ptr_array_add(found, (void *)command);
		}
	}
	return found;
}

/* What the hints that stay need, from FROM on, with the blanks before them. */
static size_t
reserved_columns(const GPtrArray *hints, unsigned have, guint from)
{
	size_t columns = 0;
	for (guint i = from; i < hints->len; i++) {
		const Command *command = g_ptr_array_index(hints, i);
		if (command->flags & COMMAND_HINT_STAYS)
			columns += 2 + hint_length(command, have);
	}
	return columns;
}

char *
command_hints(const Command *const *tables, unsigned have, size_t columns)
{
	GString *line = g_string_new(NULL);
	g_autoptr(GPtrArray) hints = find_hints(tables, have);
	bool full = false;
	for (guint i = 0; i < hints->len; i++) {
		const Command *command = g_ptr_array_index(hints, i);
		size_t needed = hint_length(command, have) + (line->len ? 2 : 0);
		bool stays = command->flags & COMMAND_HINT_STAYS;
		bool fits = line->len + needed + reserved_columns(hints, have, i + 1) <= columns;
		full = full || (!stays && !fits);
		if (!fits || (full && !stays))
			continue;
		g_string_append_printf(line, "%s%.*s %s", line->len ? "  " : "",
			(int)strcspn(command->keys, " "), command->keys, hint_of(command, have));
	}
	return g_string_free(line, FALSE);
}

GPtrArray *
command_help(const Command *table)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	for (; table->name; table++)
		g_ptr_array_add(lines,
			g_strdup_printf("%-*s %s", HELP_KEYS_COLUMNS, table->keys, table->help));
	return lines;
}
