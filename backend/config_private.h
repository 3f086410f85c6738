#pragma once
/*
 * What the files of the config parser share: syntax (config_syntax.c), values (config_value.c), tables
 * (config_table.c), accounts (config_account.c). Any thread; nothing here outlives the parse but what
 * it returns.
 */
#include "backend/config.h"

enum {
	CONFIG_FILE_LIMIT = 1 << 20,
	CONFIG_PROBLEM_LIMIT = 200,
};

/* Only this kind of block stands inside another one (an account). */
#define CONFIG_NESTED_KIND "folder"

struct Config {
	/* constant after load */
	char *path;
	ConfigBlock *root;
	GPtrArray *tables;   /* of const ConfigTable */
	GPtrArray *problems; /* of ConfigProblem */
	GPtrArray *accounts; /* of AccountConfig */
};

/* ---- syntax ---- */

/*
 * The whole text as one block of kind "" with its entries and blocks. Never fails: what cannot be read
 * is a problem, and the block it stands in is bad. The caller owns the result.
 */
ConfigBlock *config_syntax_parse(const char *text, size_t length, GPtrArray *problems);
void config_block_free(ConfigBlock *block);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ConfigBlock, config_block_free)

const ConfigEntry *config_block_entry(const ConfigBlock *block, const char *key); /* or NULL */

/* ---- values ---- */

bool config_parse_truth(const char *text, bool *truth);
bool config_parse_number(const char *text, int64_t *number);
bool config_parse_size(const char *text, int64_t *bytes);
bool config_parse_duration(const char *text, const char *choices, int64_t *seconds);

/* Does the value fit the option's type? Else a sentence, owned by the caller. ~/ is expanded in place. */
char *config_check_value(const ConfigOption *option, ConfigValue *value);

/* argv of a CONFIG_COMMAND that is right. The caller owns it. */
char **config_value_command(const ConfigValue *value);

/* ---- tables ---- */

/* Of const ConfigTable *: those of FIRST, which ends with a NULL kind. The caller owns the array. */
GPtrArray *config_tables_new(const ConfigTable *first);
void config_add_tables(GPtrArray *tables, const ConfigTable *more); /* NULL: nothing */
const ConfigTable *config_find_table(const GPtrArray *tables, const char *kind);
const ConfigOption *config_find_option(const ConfigTable *table, const char *name);

/* Checks everything below ROOT; bad blocks are marked. MODE: permission bits of the file. */
void config_check(const GPtrArray *tables, ConfigBlock *root, unsigned mode, GPtrArray *problems);

/* ---- accounts ---- */

/* The accounts of the account blocks that are right; problems mark their blocks bad. Of AccountConfig. */
GPtrArray *config_make_accounts(const Config *config, ConfigBlock *root, GPtrArray *problems);

/* Is this a name an account may have? Else a sentence, owned by the caller. */
char *config_check_account_name(const char *name);
/* An address of the form local@domain without blanks? */
bool config_is_address(const char *text);

/* ---- secrets ---- */

/* The first line a program prints, within SECONDS. No shell. config_secret_free frees it. */
char *secret_from_command(char **argv, int seconds, GError **error);
