#include "ui/screen/which_key.h"

#include "ui/screen/box.h"

enum { ENTRY_COLUMNS = 36, KEYS_COLUMNS = 8 };

/* Some commands have several keys: one entry for all of them. */
typedef struct Entry {
	const Binding *binding;
	GString *keys; /* without what is typed already */
} Entry;

static void
clear_entry(void *data)
{
	g_string_free(((Entry *)data)->keys, TRUE);
}

static Entry *
find_entry(const GArray *entries, const Binding *binding)
{
	for (guint i = 0; i < entries->len; i++) {
		Entry *entry = &g_array_index(entries, Entry, i);
		if (entry->binding->command == binding->command &&
			g_strcmp0(entry->binding->argument, binding->argument) == 0)
			return entry;
	}
	return NULL;
}

/* Of Entry; the caller owns it. */
static GArray *
find_entries(const Keymap *keymap)
{
	GArray *entries = g_array_new(FALSE, FALSE, sizeof(Entry));
	g_array_set_clear_func(entries, clear_entry);
	size_t typed;
	g_autoptr(GPtrArray) possible = keymap_possible(keymap, &typed);
	for (guint i = 0; i < possible->len; i++) {
		const Binding *binding = g_ptr_array_index(possible, i);
		Entry *known = find_entry(entries, binding);
		Entry entry = { binding, known ? NULL : g_string_new(binding->keys + typed) };
		if (known)
			g_string_append_printf(known->keys, " %s", binding->keys + typed);
		else
			g_array_append_val(entries, entry);
	}
	return entries;
}

/* "folder Lists" where the argument has no words of its own. The caller owns it. */
static char *
words_of(const Binding *binding)
{
	const Command *command = binding->command;
	const char *own = command_help_with(command, binding->argument);
	if (own || !binding->argument)
		return g_strdup(own ? own : command->help);
	return g_strjoin(" ", command->name, binding->argument, NULL);
}

static void
draw_entry(const Entry *entry, Canvas *canvas, const Area *area, int row, int column, int columns)
{
	const Binding *binding = entry->binding;
	int at = canvas_print(
		canvas, area, row, column, columns, STYLE_BOX_KEYS, "%s", entry->keys->str);
	at = MAX(at, KEYS_COLUMNS) + 1;
	g_autofree char *words = words_of(binding);
	canvas_print(canvas, area, row, column + at, columns - at, STYLE_BOX, "%s", words);
}

void
which_key_draw(const Keymap *keymap, Canvas *canvas, const Area *body)
{
	g_autoptr(GArray) entries = find_entries(keymap);
	int total = (int)entries->len;
	int across = MAX((body->columns - 1) / ENTRY_COLUMNS, 1);
	int columns = (body->columns - 1) / across;
	Area box = box_open(canvas, body, (total + across - 1) / across);
	int rows = box.rows;
	int room = rows * across;
	for (int i = 0; i < MIN(total, room); i++) {
		int row = i % rows, column = 1 + i / rows * columns;
		if (i == room - 1 && total > room)
			canvas_print(canvas, &box, row, column, columns - 2, STYLE_BOX, "… %d more",
				total - room + 1);
		else
			draw_entry(&g_array_index(entries, Entry, i), canvas, &box, row, column,
				columns - 2);
	}
}
