#include "ui/screen/bindings.h"

#include <string.h>

#include "ui/screen/app.h"
#include "ui/screen/bindings_private.h"
#include "ui/screen/key_presets.h"
#include "ui/screen/panes.h"

/* ---- one binding ---- */

void
deed_clear(Deed *deed)
{
	g_free(deed->name);
	g_free(deed->argument);
}

Deed
deed_of(const char *text)
{
	g_autofree char *clean = g_strstrip(g_strdup(text));
	size_t length = strcspn(clean, " ");
	char *behind = clean + length + strspn(clean + length, " ");
	return (Deed){ g_strndup(clean, length), *behind ? g_strdup(behind) : NULL };
}

bool
deed_is_none(const Deed *deed)
{
	return g_str_equal(deed->name, "none");
}

bool
bindings_hears_all(PaneNumber pane)
{
	return pane == PANE_COUNT || !panes_class(pane)->takes_text;
}

const Command *
bindings_find_command(PaneNumber pane, const char *name)
{
	const Command *command =
		pane == PANE_COUNT ? NULL : command_find(panes_class(pane)->commands, name);
	if (!command && bindings_hears_all(pane))
		command = command_find(app_everywhere(), name);
	return command;
}

bool
bindings_bind(Bindings *bindings, PaneNumber pane, const char *keys, const Deed *deed)
{
	bool is_none = deed_is_none(deed);
	const Command *command = is_none ? NULL : bindings_find_command(pane, deed->name);
	if (!command && !is_none)
		return true;
	return keymap_bind(bindings->keymaps[pane], keys, command, deed->argument);
}

/* ---- presets and tables ---- */

static void
take_preset(Bindings *bindings, const KeyPreset *preset)
{
	for (; preset && preset->keys; preset++) {
		g_auto(Deed) deed = deed_of(preset->command);
		for (PaneNumber i = 0; i <= PANE_COUNT; i++) {
			bool is_of_all = preset->pane == PANE_COUNT && bindings_hears_all(i);
			if (is_of_all || preset->pane == i)
				bindings_bind(bindings, i, preset->keys, &deed);
		}
	}
}

static void
take_tables(Bindings *bindings)
{
	for (PaneNumber i = 0; i <= PANE_COUNT; i++) {
		if (i < PANE_COUNT)
			keymap_bind_table(bindings->keymaps[i], panes_class(i)->commands);
		if (bindings_hears_all(i))
			keymap_bind_table(bindings->keymaps[i], app_everywhere());
	}
}

static const char *
preset_name(const Config *config)
{
	g_autoptr(GPtrArray) blocks = config_blocks(config, "ui");
	return blocks->len > 0 ? config_text(config, g_ptr_array_index(blocks, 0), "keys") : NULL;
}

/* ---- life ---- */

Bindings *
bindings_new(const Config *config)
{
	Bindings *bindings = g_new0(Bindings, 1);
	bindings->problems = config_problems_new();
	for (int i = 0; i <= PANE_COUNT; i++)
		bindings->keymaps[i] = keymap_new();
	if (config) {
		bindings_take_config(bindings, config);
		take_preset(bindings, key_preset(preset_name(config)));
	}
	take_tables(bindings);
	return bindings;
}

void
bindings_free(Bindings *bindings)
{
	if (!bindings)
		return;
	for (int i = 0; i <= PANE_COUNT; i++)
		keymap_free(bindings->keymaps[i]);
	g_ptr_array_unref(bindings->problems);
	g_free(bindings);
}

Keymap *
bindings_keymap(const Bindings *bindings, PaneNumber pane)
{
	return bindings->keymaps[pane];
}

const GPtrArray *
bindings_problems(const Bindings *bindings)
{
	return bindings->problems;
}

GPtrArray *
bindings_take_problems(Bindings *bindings)
{
	GPtrArray *problems = bindings->problems;
	bindings->problems = config_problems_new();
	return problems;
}
