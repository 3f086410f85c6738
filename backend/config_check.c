#include <string.h>

#include "backend/config_private.h"

/* ---- tables ---- */

void
config_add_tables(GPtrArray *tables, const ConfigTable *more)
{
	for (const ConfigTable *table = more; table && table->kind; table++)
		g_ptr_array_add(tables, (void *)table);
}

GPtrArray *
config_tables_new(const ConfigTable *first)
{
	GPtrArray *tables = g_ptr_array_new();
	config_add_tables(tables, first);
	return tables;
}

const ConfigTable *
config_find_table(const GPtrArray *tables, const char *kind)
{
	for (guint i = 0; i < tables->len; i++) {
		const ConfigTable *table = g_ptr_array_index(tables, i);
		if (g_str_equal(table->kind, kind))
			return table;
	}
	return NULL;
}

const ConfigOption *
config_find_option(const ConfigTable *table, const char *name)
{
	for (const ConfigOption *option = table->options; option && option->name; option++)
		if (g_str_equal(option->name, name))
			return option;
	return NULL;
}

static GPtrArray *
option_names(const ConfigTable *table)
{
	GPtrArray *names = g_ptr_array_new();
	for (const ConfigOption *option = table->options; option && option->name; option++)
		g_ptr_array_add(names, (void *)option->name);
	g_ptr_array_add(names, NULL);
	return names;
}

/* ---- the check ---- */

typedef struct Check {
	const GPtrArray *tables;
	unsigned mode;
	GPtrArray *problems;
} Check;

/*
 * An unknown option at the top that is near none of the options there most likely fell out of a
 * block: it is told and nothing more. One that is near (mial-root) stops the accounts, or mail would
 * go to the wrong place.
 */
static bool
check_unknown(Check *check, const ConfigTable *table, const ConfigEntry *entry, bool told)
{
	g_autoptr(GPtrArray) names = option_names(table);
	g_autofree char *hint = config_hint(entry->key, (const char *const *)names->pdata);
	if (!told)
		config_add_problem(check->problems, entry->line, entry->column,
			"unknown option '%s'%s%s", entry->key, hint,
			*table->kind || *hint ? "" : " outside all blocks");
	return !*table->kind && !*hint;
}

static bool
check_secret(Check *check, const ConfigOption *option, const ConfigEntry *entry)
{
	if (!(check->mode & 0077) || !(g_str_equal(option->name, "password") ||
					     g_str_equal(option->name, "outgoing-password")))
		return true;
	config_add_problem(check->problems, entry->line, entry->column,
		"'%s' may only stand in a file that nobody else can read, and this one has mode "
		"%04o: chmod 600 it, or use password-command",
		entry->key, check->mode);
	return false;
}

static bool
check_option(Check *check, const ConfigTable *table, const ConfigOption *option, ConfigEntry *entry)
{
	g_autofree char *wrong = config_check_value(option, &entry->value);
	if (wrong) {
		config_add_problem(
			check->problems, entry->value.line, entry->value.column, "%s", wrong);
		return false;
	}
	if (option->unused && !table->unused)
		config_add_warning(check->problems, entry->line, entry->column,
			"option '%s' is not used yet", entry->key);
	return check_secret(check, option, entry);
}

static bool
check_twice(Check *check, const ConfigBlock *block, guint index)
{
	const ConfigEntry *entry = g_ptr_array_index(block->entries, index);
	for (guint i = 0; i < index; i++) {
		const ConfigEntry *first = g_ptr_array_index(block->entries, i);
		if (!g_str_equal(first->key, entry->key))
			continue;
		config_add_problem(check->problems, entry->line, entry->column,
			"option '%s' stands twice in this block (first in line %d)", entry->key,
			first->line);
		return false;
	}
	return true;
}

static bool
check_entry(Check *check, const ConfigTable *table, ConfigBlock *block, guint index)
{
	ConfigEntry *entry = g_ptr_array_index(block->entries, index);
	const ConfigOption *option = config_find_option(table, entry->key);
	bool broken = !entry->value.text && !entry->value.list; /* the syntax told it */
	if (!option && !table->any_key)
		return check_unknown(check, table, entry, broken);
	if (broken || !check_twice(check, block, index))
		return false;
	return !option || check_option(check, table, option, entry);
}

static void
check_required(Check *check, const ConfigTable *table, ConfigBlock *block)
{
	for (const ConfigOption *option = table->options; option && option->name; option++) {
		if (!option->required || config_block_entry(block, option->name))
			continue;
		config_add_problem(check->problems, block->line, block->column,
			"'%s%s%s' has no '%s'", block->kind, block->name ? " " : "",
			block->name ? block->name : "", option->name);
		block->bad = true;
	}
}

static void
check_entries(Check *check, const ConfigTable *table, ConfigBlock *block)
{
	for (guint i = 0; i < block->entries->len; i++)
		if (!check_entry(check, table, block, i))
			block->bad = true;
	if (!block->bad) /* the option may stand there under another name */
		check_required(check, table, block);
}

static const ConfigTable *
check_kind(Check *check, const ConfigBlock *block, bool nested)
{
	const ConfigTable *table = config_find_table(check->tables, block->kind);
	if (table && *block->kind && g_str_equal(block->kind, CONFIG_NESTED_KIND) == nested)
		return table;
	if (table && *block->kind) {
		config_add_problem(check->problems, block->line, block->column,
			"'%s' stands inside an account", block->kind);
		return NULL;
	}
	g_autoptr(GPtrArray) kinds = g_ptr_array_new();
	for (guint i = 0; i < check->tables->len; i++)
		g_ptr_array_add(kinds,
			(void *)((const ConfigTable *)g_ptr_array_index(check->tables, i))->kind);
	g_ptr_array_add(kinds, NULL);
	g_autofree char *hint = config_hint(block->kind, (const char *const *)kinds->pdata);
	config_add_problem(check->problems, block->line, block->column, "unknown block '%s'%s",
		block->kind, hint);
	return NULL;
}

static bool
check_name(Check *check, const ConfigTable *table, const ConfigBlock *block)
{
	if (table->named == (block->name != NULL))
		return true;
	config_add_problem(check->problems, block->line, block->column,
		table->named ? "'%s' needs a name: %s NAME { … }" : "'%s' has no name: %s { … }",
		table->kind, table->kind);
	return false;
}

static bool
check_block_twice(Check *check, const ConfigBlock *outer, guint index)
{
	const ConfigBlock *block = g_ptr_array_index(outer->blocks, index);
	for (guint i = 0; i < index; i++) {
		const ConfigBlock *first = g_ptr_array_index(outer->blocks, i);
		if (!g_str_equal(first->kind, block->kind) ||
			g_strcmp0(first->name, block->name) != 0)
			continue;
		config_add_problem(check->problems, block->line, block->column,
			"'%s%s%s' stands twice (first in line %d)", block->kind,
			block->name ? " " : "", block->name ? block->name : "", first->line);
		return false;
	}
	return true;
}

/* Depth is two at most: the syntax nests nothing else. */
static void
check_blocks(Check *check, ConfigBlock *outer, bool nested)
{
	for (guint i = 0; i < outer->blocks->len; i++) {
		ConfigBlock *block = g_ptr_array_index(outer->blocks, i);
		const ConfigTable *table = check_kind(check, block, nested);
		if (table && nested && !g_str_equal(outer->kind, "account")) {
			config_add_problem(check->problems, block->line, block->column,
				"'%s' stands inside an account", block->kind);
			table = NULL;
		}
		if (!table || !check_name(check, table, block) ||
			!check_block_twice(check, outer, i))
			block->bad = true;
		if (!table)
			continue;
		if (table->unused)
			config_add_warning(check->problems, block->line, block->column,
				"'%s' is not used yet", table->kind);
		check_entries(check, table, block);
		check_blocks(check, block, true);
		for (guint j = 0; j < block->blocks->len; j++)
			if (((ConfigBlock *)g_ptr_array_index(block->blocks, j))->bad)
				block->bad = true;
	}
}

void
config_check(const GPtrArray *tables, ConfigBlock *root, unsigned mode, GPtrArray *problems)
{
	Check check = { tables, mode, problems };
	root->bad = false; /* a stray line at the top is told; it says nothing about the accounts */
	check_entries(&check, config_find_table(tables, ""), root);
	check_blocks(&check, root, false);
}
