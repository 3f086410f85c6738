#include "ui/screen/app.h"
#include "ui/screen/bindings_private.h"
#include "ui/screen/panes.h"

/* A bind block is of one pane, or of all that hear what works everywhere. */
static bool
is_meant(PaneNumber block, PaneNumber pane)
{
	return block == PANE_COUNT ? bindings_hears_all(pane) : block == pane;
}

/* ---- mistakes ---- */

static void
add_names(GPtrArray *names, const Command *table)
{
	for (; table->name; table++)
		g_ptr_array_add(names, (void *)table->name);
}

/* "unknown pane 'lst' (did you mean 'list'?)". NAMES gets the NULL that ends it. The caller owns it. */
static char *
unknown(const char *what, const char *word, GPtrArray *names)
{
	g_ptr_array_add(names, NULL);
	g_autofree char *hint = config_hint(word, (const char *const *)names->pdata);
	return g_strdup_printf("unknown %s '%s'%s", what, word, hint);
}

static char *
unknown_command(PaneNumber block, const char *name)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (PaneNumber i = 0; i < PANE_COUNT; i++) {
		if (is_meant(block, i))
			add_names(names, panes_class(i)->commands);
	}
	if (bindings_hears_all(block))
		add_names(names, app_everywhere());
	g_ptr_array_add(names, "none");
	return unknown("command", name, names);
}

/* What is wrong with what the keys do, as a sentence that the caller owns; or NULL. */
static char *
check_deed(PaneNumber block, const Deed *deed)
{
	const Command *command = NULL;
	if (deed_is_none(deed))
		return NULL;
	for (PaneNumber i = 0; !command && i <= PANE_COUNT; i++)
		command = is_meant(block, i) ? bindings_find_command(i, deed->name) : NULL;
	if (!command)
		return unknown_command(block, deed->name);
	if (deed->argument && !command->run_with)
		return g_strdup_printf("the command '%s' takes nothing behind it", deed->name);
	return NULL;
}

/* What is wrong with the keys, in the same way. */
static char *
check_keys(PaneNumber block, const char *keys)
{
	char *mistake = key_mistake(keys);
	if (mistake || bindings_hears_all(block))
		return mistake;
	g_autoptr(GArray) run = g_array_new(FALSE, FALSE, sizeof(Key));
	key_parse_word(keys, run);
	if (run->len > 1)
		return g_strdup_printf("in the %s one key does a command, and '%s' are %u",
			panes_class(block)->name, keys, run->len);
	return NULL;
}

/* ---- blocks ---- */

static bool
bind_in_panes(Bindings *bindings, PaneNumber block, const char *keys, const Deed *deed)
{
	bool is_bound = true;
	for (PaneNumber i = 0; i <= PANE_COUNT; i++) {
		if (is_meant(block, i))
			is_bound = bindings_bind(bindings, i, keys, deed);
	}
	return is_bound || block == PANE_COUNT; /* a pane's own block goes first */
}

/* Takes SENTENCE over. */
static void
tell(Bindings *bindings, int line, int column, char *sentence)
{
	config_add_problem(bindings->problems, line, column, "%s", sentence);
	g_free(sentence);
}

static void
take_entry(Bindings *bindings, PaneNumber block, const ConfigEntry *entry)
{
	const ConfigValue *value = &entry->value;
	if (!value->text) {
		config_add_problem(bindings->problems, value->line, value->column,
			"a key does one command: a word, or a text in quotes");
		return;
	}
	char *mistake = check_keys(block, entry->key);
	if (mistake) {
		tell(bindings, entry->line, entry->column, mistake);
		return;
	}
	g_auto(Deed) deed = deed_of(value->text);
	mistake = check_deed(block, &deed);
	if (mistake)
		tell(bindings, value->line, value->column, mistake);
	else if (!bind_in_panes(bindings, block, entry->key, &deed))
		config_add_problem(bindings->problems, entry->line, entry->column,
			"'%s' can never be typed: other keys of this block begin with it, or it "
			"with them",
			entry->key);
}

/* False: there is no such pane. */
static bool
find_pane(const char *name, PaneNumber *pane)
{
	for (*pane = 0; *pane < PANE_COUNT; (*pane)++) {
		if (g_str_equal(panes_class(*pane)->name, name))
			return true;
	}
	return g_str_equal(name, "all");
}

static void
tell_unknown_pane(Bindings *bindings, const ConfigBlock *block)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_ptr_array_add(names, "all");
	for (PaneNumber i = 0; i < PANE_COUNT; i++)
		g_ptr_array_add(names, (void *)panes_class(i)->name);
	tell(bindings, block->line, block->column, unknown("pane", block->name, names));
}

/* FOR_ALL: the blocks of all panes, else those of one pane; these come first. */
static void
take_blocks(Bindings *bindings, const GPtrArray *blocks, bool for_all)
{
	for (guint i = 0; i < blocks->len; i++) {
		const ConfigBlock *block = g_ptr_array_index(blocks, i);
		PaneNumber pane;
		if (!find_pane(block->name, &pane)) {
			if (!for_all)
				tell_unknown_pane(bindings, block);
			continue;
		}
		for (guint k = 0; (pane == PANE_COUNT) == for_all && k < block->entries->len; k++)
			take_entry(bindings, pane, g_ptr_array_index(block->entries, k));
	}
}

void
bindings_take_config(Bindings *bindings, const Config *config)
{
	g_autoptr(GPtrArray) blocks = config_blocks(config, "bind");
	take_blocks(bindings, blocks, false);
	take_blocks(bindings, blocks, true);
	config_sort_problems(bindings->problems);
}
