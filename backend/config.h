#pragma once
/*
 * The config file (DESIGN §8): blocks, `key = value`, lists in braces, # comments. Read against option
 * tables: one for each kind of block; ui/ hands in its own for `ui`, `view`, `bind`. One bad block does
 * not stop the others. Any thread; immutable once loaded.
 */
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* ---- syntax: a file as blocks, without knowing any option ---- */

typedef struct ConfigValue {
	int line, column;
	char *text;      /* a word or quoted text; NULL for a list */
	GPtrArray *list; /* of char *; NULL for a text */
} ConfigValue;

typedef struct ConfigEntry {
	int line, column;
	char *key;
	ConfigValue value;
} ConfigEntry;

typedef struct ConfigBlock {
	int line, column;
	char *kind;         /* "account"; "" for entries outside any block */
	char *name;         /* "work"; NULL if the block has none */
	GPtrArray *entries; /* of ConfigEntry */
	GPtrArray *blocks;  /* of ConfigBlock: `folder "Lists/x" { … }` inside an account */
	bool bad;           /* something in it is wrong: it is not used */
} ConfigBlock;

typedef struct ConfigProblem {
	int line, column;
	bool warning; /* what is not used yet or not there yet: told by `config check`, never an error */
	char *sentence; /* "unknown option 'incomming' (did you mean 'incoming'?)" */
} ConfigProblem;

/* "config:12:8: unknown option …". The caller owns it. */
char *config_problem_text(const ConfigProblem *problem);

/* For who checks blocks of his own: a list of them, which holds the first 200; the caller's. */
GPtrArray *config_problems_new(void);
void config_add_problem(GPtrArray *problems, int line, int column, const char *format, ...)
	G_GNUC_PRINTF(4, 5);
void config_add_warning(GPtrArray *problems, int line, int column, const char *format, ...)
	G_GNUC_PRINTF(4, 5);
void config_sort_problems(GPtrArray *problems); /* by line */

/* ---- tables ---- */

typedef enum ConfigType {
	CONFIG_TEXT,
	CONFIG_BOOL /* on off yes no true false */,
	CONFIG_NUMBER,
	CONFIG_SIZE /* 8M, bytes */,
	CONFIG_DURATION /* 14d 1y 60, seconds; "forever" = -1; one of `choices` = -2 */,
	CONFIG_CHOICE,
	CONFIG_LIST /* a text is a list of one */,
	CONFIG_COMMAND /* a line split into argv, or a list that is argv; ~/ expanded in argv[0] */,
	CONFIG_PATH /* ~/ expanded, absolute */,
} ConfigType;

typedef struct ConfigOption {
	const char *name;
	ConfigType type;
	const char *choices;  /* CONFIG_CHOICE: "full|headers" */
	const char *fallback; /* as it would stand in the file; NULL: none */
	const char *help;     /* one line */
	bool unused;          /* accepted and checked, its part is not built yet */
	const char *example;  /* what `config init` shows where there is no fallback, or NULL */
	bool required;        /* a block without it means nothing */
} ConfigOption;

typedef struct ConfigTable {
	const char *kind; /* "account"; "" for options outside blocks (mail-root, notmuch-config) */
	bool named;       /* the block needs a name */
	bool any_key;     /* keys are free (bind) */
	const ConfigOption *options; /* ends with a NULL name; may be NULL with any_key */
	const char *help;
	bool unused; /* no part uses blocks of this kind yet */
} ConfigTable;

/* The tables of backend/ itself ("", account, folder, rule), ending with a NULL kind. */
extern const ConfigTable config_backend_tables[];

/* ---- a loaded file ---- */

typedef struct Config Config;

/*
 * Reads PATH against config_backend_tables and MORE (may be NULL). A missing or unreadable file gives
 * NULL and an error; bad lines and blocks never do: see config_problems.
 */
Config *config_load(const char *path, const ConfigTable *more, GError **error);
/* The same from memory (tests, fuzzing); MODE is the file's permission bits, for the rules on passwords. */
Config *config_parse(const char *text, size_t length, unsigned mode, const ConfigTable *more);
/* A text that is no config, like a theme, against TABLES alone. */
Config *config_parse_alone(const char *text, size_t length, const ConfigTable *tables);
void config_free(Config *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Config, config_free)

const GPtrArray *config_problems(
	const Config *config); /* of ConfigProblem, by line; belongs to CONFIG */
const char *config_path(const Config *config);

/* What stands outside all blocks; belongs to CONFIG. */
const ConfigBlock *config_top(const Config *config);
/* The blocks of a kind that are right, in file order; of ConfigBlock. The array is the caller's, blocks are CONFIG's. */
GPtrArray *config_blocks(const Config *config, const char *kind);
/* Those that are wrong and not used, in the same way. */
GPtrArray *config_bad_blocks(const Config *config, const char *kind);
/* The first mistake in a block of the top that is wrong; NULL: it is told elsewhere. Belongs to CONFIG. */
const ConfigProblem *config_block_problem(const Config *config, const ConfigBlock *block);
/* A value of a block: the file's or the table's fallback. The text belongs to CONFIG or the table. */
const char *config_text(
	const Config *config, const ConfigBlock *block, const char *key); /* NULL: none */
int64_t config_number(const Config *config, const ConfigBlock *block, const char *key);
bool config_truth(const Config *config, const ConfigBlock *block, const char *key);
/* A list value as strings (empty if unset). The caller owns the vector. */
char **config_list(const Config *config, const ConfigBlock *block, const char *key);

char *config_mail_root(const Config *config); /* absolute; the caller owns it */

/* ---- accounts ---- */

typedef enum ServerScheme {
	SERVER_IMAP,
	SERVER_POP3,
	SERVER_SMTP,
	SERVER_SENDMAIL,
	SERVER_LOCAL
} ServerScheme;
typedef enum ServerSecurity {
	SECURITY_TLS,
	SECURITY_STARTTLS,
	SECURITY_PLAIN /* only by tls = off */
} ServerSecurity;

typedef struct Server {
	ServerScheme scheme;
	ServerSecurity security;
	char *user; /* decoded; the account's email if the URL has none */
	char *host; /* no trailing dot, no brackets; NULL for local and sendmail */
	char *path; /* sendmail's program */
	uint16_t port;
} Server;

typedef enum DownloadMode { DOWNLOAD_FULL, DOWNLOAD_HEADERS } DownloadMode;

typedef struct AccountConfig {
	char *name; /* the block's name; [A-Za-z0-9._-], no leading '.' */
	char *full_name;
	char *email;
	char *path;      /* directory below the mail root, relative; = name if not set */
	char *mail_root; /* absolute */
	Server incoming;
	bool has_outgoing;
	Server outgoing;
	char **password_command; /* argv; NULL: none */
	char *password;          /* NULL: none; only from a 0600 file */
	char *auth;              /* "password" or "xoauth2" */
	char *ca_file;           /* NULL: the system's */
	char *pin;               /* "sha256:<64 hex>" of the server's public key, or NULL */
	DownloadMode download;
	int64_t max_size;                             /* bytes, 0: no limit */
	int64_t max_age;                              /* seconds, 0: no limit */
	char **folders;                               /* patterns, "!" excludes; "*" if not set */
	char *sent, *drafts, *trash, *archive, *junk; /* NULL: by SPECIAL-USE or name */
	int64_t poll;                                 /* seconds between surveys while watched */
	const ConfigBlock *block; /* for what is not here; belongs to the config */
} AccountConfig;

/* The accounts that are right, in file order; of AccountConfig. Belongs to CONFIG. */
const GPtrArray *config_accounts(const Config *config);
const AccountConfig *config_account(const Config *config, const char *name); /* or NULL */

/* Splits a server URL (DESIGN §8: the last @ parts user from host, %XX is decoded). */
bool server_parse(const char *url, const char *email, bool tls_off, Server *server, GError **error);
void server_clear(Server *server);

/* Does a folder (its name with '/' between levels) match the patterns? '*' matches '/' too, '%' does not. */
bool config_folder_matches(char **patterns, const char *folder);

/* `config init`: writes a commented 0600 config to PATH, never over one. ADDRESS may be NULL. */
bool config_init(const char *path, const char *address, const ConfigTable *more, GError **error);

/* The nearest of NAMES (NULL-terminated) to WORD, or NULL if none is near. */
const char *config_nearest(const char *word, const char *const *names);
/* The same as words to hang on a sentence: " (did you mean 'x'?)", or "". The caller owns it. */
char *config_hint(const char *word, const char *const *names);

/* Are the account's protocol and `auth` ones that curlew can use? Asked before a secret is fetched.
 * ACCOUNT_ERROR_USAGE. */
bool config_can_log_in(const AccountConfig *account, GError **error);

/* Runs password-command without a shell (30 s; its stderr in the error when it fails); the first line
 * of its stdout. Or the config's password. ACCOUNT_ERROR_AUTH with "no password" if there is neither.
 * Blocks: a worker's thread. The caller frees the result with config_secret_free. */
char *config_secret(const AccountConfig *account, GError **error);
void config_secret_free(char *secret); /* wipes it */
