#include "backend/config_private.h"
#include "index/paths.h"

const GPtrArray *
config_problems(const Config *config)
{
	return config->problems;
}

const char *
config_path(const Config *config)
{
	return config->path;
}

const GPtrArray *
config_accounts(const Config *config)
{
	return config->accounts;
}

const AccountConfig *
config_account(const Config *config, const char *name)
{
	for (guint i = 0; i < config->accounts->len; i++) {
		const AccountConfig *account = g_ptr_array_index(config->accounts, i);
		if (g_str_equal(account->name, name))
			return account;
	}
	return NULL;
}

/* ---- values of a block ---- */

const ConfigBlock *
config_top(const Config *config)
{
	return config->root;
}

static GPtrArray *
find_blocks(const Config *config, const char *kind, bool bad)
{
	GPtrArray *found = g_ptr_array_new();
	for (guint i = 0; i < config->root->blocks->len; i++) {
		ConfigBlock *block = g_ptr_array_index(config->root->blocks, i);
		if (block->bad == bad && g_str_equal(block->kind, kind))
			g_ptr_array_add(found, block);
	}
	return found;
}

GPtrArray *
config_blocks(const Config *config, const char *kind)
{
	return find_blocks(config, kind, false);
}

GPtrArray *
config_bad_blocks(const Config *config, const char *kind)
{
	return find_blocks(config, kind, true);
}

/* Blocks stand in the order of the file: the next one begins where this one's mistakes end. A brace that is
 * missing is told at the next block's head. */
const ConfigProblem *
config_block_problem(const Config *config, const ConfigBlock *block)
{
	guint index = 0;
	int end = G_MAXINT;
	if (g_ptr_array_find(config->root->blocks, block, &index) &&
		index + 1 < config->root->blocks->len)
		end = ((ConfigBlock *)g_ptr_array_index(config->root->blocks, index + 1))->line;
	for (guint i = 0; i < config->problems->len; i++) {
		const ConfigProblem *problem = g_ptr_array_index(config->problems, i);
		if (!problem->warning && problem->line >= block->line && problem->line <= end)
			return problem;
	}
	return NULL;
}

static const ConfigOption *
find_option(const Config *config, const ConfigBlock *block, const char *key)
{
	const ConfigTable *table = config_find_table(config->tables, block->kind);
	return table ? config_find_option(table, key) : NULL;
}

const char *
config_text(const Config *config, const ConfigBlock *block, const char *key)
{
	const ConfigEntry *entry = config_block_entry(block, key);
	if (entry)
		return entry->value.text;
	const ConfigOption *option = find_option(config, block, key);
	return option ? option->fallback : NULL;
}

int64_t
config_number(const Config *config, const ConfigBlock *block, const char *key)
{
	const ConfigOption *option = find_option(config, block, key);
	const char *text = config_text(config, block, key);
	int64_t number = 0;
	if (!option || !text)
		return 0;
	bool right = option->type == CONFIG_SIZE ? config_parse_size(text, &number)
	             : option->type == CONFIG_DURATION
	                     ? config_parse_duration(text, option->choices, &number)
	                     : config_parse_number(text, &number);
	return right ? number : 0;
}

bool
config_truth(const Config *config, const ConfigBlock *block, const char *key)
{
	const char *text = config_text(config, block, key);
	bool truth = false;
	return text && config_parse_truth(text, &truth) && truth;
}

char **
config_list(const Config *config, const ConfigBlock *block, const char *key)
{
	const ConfigEntry *entry = config_block_entry(block, key);
	const GPtrArray *list = entry ? entry->value.list : NULL;
	if (!list) {
		const char *text = config_text(config, block, key);
		char **one = g_new0(char *, 2);
		one[0] = g_strdup(text);
		return one;
	}
	char **vector = g_new0(char *, list->len + 1);
	for (guint i = 0; i < list->len; i++)
		vector[i] = g_strdup(g_ptr_array_index(list, i));
	return vector;
}

char *
config_mail_root(const Config *config)
{
	const ConfigEntry *entry = config_block_entry(config->root, "mail-root");
	return entry && entry->value.text ? g_canonicalize_filename(entry->value.text, NULL)
	                                  : paths_mail_root();
}
