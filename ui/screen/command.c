#include "ui/screen/command.h"

#include <string.h>

enum { HELP_KEYS_COLUMNS = 18 };

char *
command_hints(const Command *const *tables, size_t columns)
{
	GString *line = g_string_new(NULL);
	for (; *tables; tables++) {
		for (const Command *command = *tables; command->name; command++) {
			if (!command->hint)
				continue;
			size_t key_length = strcspn(command->keys, " ");
			size_t needed =
				key_length + 1 + strlen(command->hint) + (line->len ? 2 : 0);
			if (line->len + needed > columns)
				continue;
			if (line->len)
				g_string_append(line, "  ");
			g_string_append_len(line, command->keys, (gssize)key_length);
			g_string_append_printf(line, " %s", command->hint);
		}
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
