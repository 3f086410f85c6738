#include "ui/screen/screen_keys.h"

#include "ui/screen/app.h"
#include "ui/screen/bindings.h"
#include "ui/screen/panes.h"

static void
key_free(void *data)
{
	ScreenKey *key = data;
	g_free(key->argument);
	g_free(key->keys);
	g_free(key);
}

static void
add_key(GPtrArray *all, const char *pane, const Command *command, const char *argument,
	const char *keys)
{
	ScreenKey *key = g_new0(ScreenKey, 1);
	const char *own = command_help_with(command, argument);
	*key = (ScreenKey){ pane, command->name, g_strdup(argument), g_strdup(keys),
		own ? own : command->help };
	g_ptr_array_add(all, key);
}

static bool
holds(const Keymap *keymap, const Binding *wanted)
{
	const GPtrArray *bindings = keymap_bindings(keymap);
	for (guint i = 0; i < bindings->len; i++) {
		const Binding *binding = g_ptr_array_index(bindings, i);
		if (binding->command == wanted->command &&
			g_str_equal(binding->keys, wanted->keys) &&
			g_strcmp0(binding->argument, wanted->argument) == 0)
			return true;
	}
	return false;
}

/* Commands of everywhere, and arguments, that only this pane's keys have. */
static void
add_own_bindings(GPtrArray *all, const Bindings *bindings, PaneNumber pane)
{
	const GPtrArray *own = keymap_bindings(bindings_keymap(bindings, pane));
	const Keymap *everywhere = bindings_keymap(bindings, PANE_COUNT);
	const PaneClass *class = pane == PANE_COUNT ? NULL : panes_class(pane);
	for (guint i = 0; i < own->len; i++) {
		const Binding *binding = g_ptr_array_index(own, i);
		bool is_own = class && command_find(class->commands, binding->command->name) ==
		                               binding->command;
		bool is_known = class ? holds(everywhere, binding) : !binding->argument;
		if (!is_known && (!is_own || binding->argument))
			add_key(all, class ? class->name : "all", binding->command,
				binding->argument, binding->keys);
	}
}

static void
add_pane(GPtrArray *all, const Bindings *bindings, PaneNumber pane)
{
	bool is_all = pane == PANE_COUNT;
	const Command *table = is_all ? app_everywhere() : panes_class(pane)->commands;
	for (; table->name; table++) {
		g_autofree char *keys = keymap_keys(bindings_keymap(bindings, pane), table);
		add_key(all, is_all ? "all" : panes_class(pane)->name, table, NULL, keys);
	}
	add_own_bindings(all, bindings, pane);
}

GPtrArray *
screen_keys(const Config *config)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(key_free);
	g_autoptr(Bindings) bindings = bindings_new(config);
	add_pane(all, bindings, PANE_COUNT);
	for (PaneNumber pane = 0; pane < PANE_COUNT; pane++)
		add_pane(all, bindings, pane);
	return all;
}

GPtrArray *
screen_problems(const Config *config)
{
	g_autoptr(Bindings) bindings = bindings_new(config);
	return bindings_take_problems(bindings);
}
