#include "ui/screen/bindings.h"

#include <string.h>

#include "ui/screen/app.h"
#include "ui/screen/key_presets.h"
#include "ui/screen/panes.h"

/* Panes that a bind block may name, though none of their keys can be bound yet. */
static const char *const later[] = { "prompt", NULL };

struct Bindings {
	Keymap *keymaps[PANE_COUNT + 1]; /* the last: what holds in all panes */
	GPtrArray *problems;             /* of ConfigProblem */
};

/* ---- problems ---- */

static void
problem_free(void *data)
{
	g_free(((ConfigProblem *)data)->sentence);
	g_free(data);
}

/* Takes SENTENCE over. */
static void
add_problem(Bindings *bindings, int line, int column, bool warning, char *sentence)
{
	ConfigProblem *problem = g_new0(ConfigProblem, 1);
	*problem = (ConfigProblem){ line, column, warning, sentence };
	g_ptr_array_add(bindings->problems, problem);
}

static int
compare_problems(const void *one, const void *other)
{
	const ConfigProblem *a = *(ConfigProblem *const *)one, *b = *(ConfigProblem *const *)other;
	return a->line != b->line ? a->line - b->line : a->column - b->column;
}

static char *
unknown(const char *what, const char *word, const GPtrArray *names)
{
	const char *nearest = config_nearest(word, (const char *const *)names->pdata);
	return g_strdup_printf("unknown %s '%s'%s%s%s", what, word,
		nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "");
}

/* ---- one binding ---- */

/* What stands behind the equals sign: "folder inbox". */
typedef struct Deed {
	char *name;
	char *argument; /* NULL: none */
} Deed;

static void
deed_clear(Deed *deed)
{
	g_free(deed->name);
	g_free(deed->argument);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Deed, deed_clear)

static Deed
deed_of(const char *text)
{
	g_autofree char *clean = g_strstrip(g_strdup(text));
	size_t length = strcspn(clean, " ");
	char *behind = clean + length + strspn(clean + length, " ");
	return (Deed){ g_strndup(clean, length), *behind ? g_strdup(behind) : NULL };
}

static bool
is_none(const Deed *deed)
{
	return g_str_equal(deed->name, "none");
}

static const Command *
find_command(PaneNumber pane, const char *name)
{
	const Command *command =
		pane == PANE_COUNT ? NULL : command_find(panes_class(pane)->commands, name);
	return command ? command : command_find(app_everywhere(), name);
}

/* In this pane, if it knows the command. False: the keys belong to something else. */
static bool
bind(Bindings *bindings, PaneNumber pane, const char *keys, const Deed *deed)
{
	const Command *command = is_none(deed) ? NULL : find_command(pane, deed->name);
	if (!command && !is_none(deed))
		return true;
	return keymap_bind(bindings->keymaps[pane], keys, command, deed->argument);
}

/* ---- the config's blocks ---- */

static void
add_names(GPtrArray *names, const Command *table)
{
	for (; table->name; table++)
		g_ptr_array_add(names, (void *)table->name);
}

/* PANE -1: of any. What is wrong with it, as a sentence that the caller owns; or NULL. */
static char *
check_deed(int pane, const Deed *deed)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	const Command *command = NULL;
	for (int i = 0; i < PANE_COUNT; i++) {
		if (pane >= 0 && pane != i)
			continue;
		add_names(names, panes_class(i)->commands);
		command = command ? command : find_command((PaneNumber)i, deed->name);
	}
	add_names(names, app_everywhere());
	g_ptr_array_add(names, "none");
	g_ptr_array_add(names, NULL);
	if (is_none(deed))
		return NULL;
	if (!command)
		return unknown("command", deed->name, names);
	if (deed->argument && !command->run_with)
		return g_strdup_printf("the command '%s' takes nothing behind it", deed->name);
	return NULL;
}

static void
take_entry(Bindings *bindings, int pane, const ConfigEntry *entry)
{
	const ConfigValue *value = &entry->value;
	if (!value->text) {
		add_problem(bindings, value->line, value->column, false,
			g_strdup("a key does one command: a word, or a text in quotes"));
		return;
	}
	char *sentence = key_mistake(entry->key);
	if (sentence) {
		add_problem(bindings, entry->line, entry->column, false, sentence);
		return;
	}
	g_auto(Deed) deed = deed_of(value->text);
	sentence = check_deed(pane, &deed);
	if (sentence) {
		add_problem(bindings, value->line, value->column, false, sentence);
		return;
	}
	bool is_bound = true;
	for (int i = 0; i <= PANE_COUNT; i++) {
		if (pane < 0 || pane == i)
			is_bound = bind(bindings, (PaneNumber)i, entry->key, &deed);
	}
	if (!is_bound && pane >= 0) /* of all: a pane's own block goes first */
		add_problem(bindings, entry->line, entry->column, false,
			g_strdup_printf("'%s' can never be typed: other keys of this block begin "
					"with it, or it with them",
				entry->key));
}

static int
find_pane(const char *name)
{
	for (int i = 0; i < PANE_COUNT; i++) {
		if (g_str_equal(panes_class(i)->name, name))
			return i;
	}
	return -1;
}

static void
tell_unknown_pane(Bindings *bindings, const ConfigBlock *block)
{
	if (g_strv_contains(later, block->name)) {
		add_problem(bindings, block->line, block->column, true,
			g_strdup_printf("'bind %s' is not used yet", block->name));
		return;
	}
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_ptr_array_add(names, "all");
	for (int i = 0; i < PANE_COUNT; i++)
		g_ptr_array_add(names, (void *)panes_class(i)->name);
	g_ptr_array_add(names, NULL);
	add_problem(
		bindings, block->line, block->column, false, unknown("pane", block->name, names));
}

static bool
is_for_all(const ConfigBlock *block)
{
	return g_str_equal(block->name, "all");
}

/* FOR_ALL: the block of all panes, else those of one pane; these come first. */
static void
take_blocks(Bindings *bindings, const GPtrArray *blocks, bool for_all)
{
	for (guint i = 0; i < blocks->len; i++) {
		const ConfigBlock *block = g_ptr_array_index(blocks, i);
		int pane = find_pane(block->name);
		if (is_for_all(block) != for_all)
			continue;
		if (pane < 0 && !for_all) {
			tell_unknown_pane(bindings, block);
			continue;
		}
		for (guint k = 0; k < block->entries->len; k++)
			take_entry(bindings, for_all ? -1 : pane,
				g_ptr_array_index(block->entries, k));
	}
}

static void
take_config(Bindings *bindings, const Config *config)
{
	g_autoptr(GPtrArray) blocks = config_blocks(config, "bind");
	take_blocks(bindings, blocks, false);
	take_blocks(bindings, blocks, true);
	g_ptr_array_sort(bindings->problems, compare_problems);
}

/* ---- presets and tables ---- */

static void
take_preset(Bindings *bindings, const KeyPreset *preset)
{
	for (; preset && preset->keys; preset++) {
		g_auto(Deed) deed = deed_of(preset->command);
		for (int i = 0; i <= PANE_COUNT; i++) {
			if (preset->pane == PANE_COUNT || preset->pane == (PaneNumber)i)
				bind(bindings, (PaneNumber)i, preset->keys, &deed);
		}
	}
}

static const char *
preset_name(const Config *config)
{
	g_autoptr(GPtrArray) blocks = config_blocks(config, "ui");
	return blocks->len > 0 ? config_text(config, g_ptr_array_index(blocks, 0), "keys") : NULL;
}

Bindings *
bindings_new(const Config *config)
{
	Bindings *bindings = g_new0(Bindings, 1);
	bindings->problems = g_ptr_array_new_with_free_func(problem_free);
	for (int i = 0; i <= PANE_COUNT; i++)
		bindings->keymaps[i] = keymap_new();
	if (config) {
		take_config(bindings, config);
		take_preset(bindings, key_preset(preset_name(config)));
	}
	for (int i = 0; i <= PANE_COUNT; i++) {
		if (i < PANE_COUNT)
			keymap_bind_table(bindings->keymaps[i], panes_class(i)->commands);
		keymap_bind_table(bindings->keymaps[i], app_everywhere());
	}
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
	bindings->problems = g_ptr_array_new_with_free_func(problem_free);
	return problems;
}
