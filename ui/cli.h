#pragma once
/*
 * What the commands of the command line share: the table of commands and their options, the config
 * with its sentences, and the only ways to stdout and stderr. Data goes to stdout, messages to stderr;
 * text of mail or server leaves as CleanText or JSON. One thread.
 */
#include <stdbool.h>
#include <stddef.h>

#include "backend/config.h"
#include "index/clean_text.h"
#include "index/json.h"

/* What the program ends with. EXIT_USAGE also: there is no config. */
typedef enum CliExit {
	CLI_DONE = 0,
	CLI_FAILED = 1,
	CLI_USAGE = 2,
	CLI_OFFLINE = 75, /* some server could not be reached: try later */
	CLI_INTERRUPTED = 130,
} CliExit;

typedef struct CliOption {
	const char *name;     /* without -- */
	char letter;          /* 0: none */
	const char *argument; /* NULL: a switch */
	const char *help;
} CliOption;

typedef struct Cli Cli;

typedef enum CliNeeds {
	CLI_NEEDS_NOTHING,
	CLI_NEEDS_CONFIG,
} CliNeeds;

/* One row makes a command, its help and its place in the manual. */
typedef struct CliCommand {
	const char *name;
	const char *arguments;    /* "[ACCOUNT…]" */
	const char *help;         /* one line */
	const char *more;         /* for COMMAND --help; may be NULL */
	const CliOption *options; /* ends with a NULL name; may be NULL */
	int min, max;             /* words it takes; max -1: any number */
	bool signs;               /* a word may begin with one '-': all options begin with two */
	CliNeeds needs;
	int (*run)(Cli *cli); /* → CliExit */
} CliCommand;

extern const CliCommand cli_commands[]; /* by name, ends with a NULL one */

/* What the reader returns instead of an exit code where the user asked for the demo. */
enum { CLI_WANTS_DEMO = 256 };

/* What the command line asks of ui/screen/: handed in, so that it links no ncurses. */
typedef struct CliScreen {
	/* the reader */
	int (*run)(const Config *config, const char *config_path, const char *account,
		const char *view);
	/* mistakes in the config that only the screen knows; of ConfigProblem, the caller's */
	GPtrArray *(*problems)(const Config *config);
	/* its commands with their keys; CONFIG may be NULL; of ScreenKey, the caller's */
	GPtrArray *(*keys)(const Config *config);
} CliScreen;

/* Runs what argv says, the reader where it names no command; the program's exit code. */
int cli_run(int argc, char **argv, const CliScreen *screen);

/* ---- what was asked ---- */

bool cli_has(const Cli *cli, const char *option);
const char *cli_value(const Cli *cli, const char *option); /* NULL: not given */
const char *const *cli_words(const Cli *cli);              /* NULL-terminated */
/* How many of them stand before "--"; -1: there is none. */
int cli_words_ahead(const Cli *cli);
/* The words from FIRST on with a blank between (a query). The caller owns it. */
char *cli_words_text(const Cli *cli, int first);

/* ---- config ---- */

const Config *cli_config(const Cli *cli); /* NULL where the command needs none */
const char *cli_config_path(const Cli *cli);
/* Is any block of the config wrong? Then a command that works on all accounts ends with CLI_FAILED. */
bool cli_config_is_wrong(const Cli *cli);

/*
 * The accounts that were named, all of the config if none was. NULL after a sentence: one is unknown,
 * or there is none at all. Of const AccountConfig; the caller owns the array.
 */
GPtrArray *cli_accounts(const Cli *cli, const char *const *names);
/* The exit code where it gave none: whether the config is at fault or what was typed. */
int cli_exit_without_accounts(const Cli *cli);

/* ---- output ---- */

/* A line on stderr, "curlew: " before it. What is formatted in need not be clean. */
void cli_say(const char *format, ...) G_GNUC_PRINTF(1, 2);
/* A line on stdout. */
void cli_print(CleanKind kind, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* The same, cut to the terminal's width if stdout is one. */
void cli_print_row(const char *format, ...) G_GNUC_PRINTF(1, 2);
void cli_print_json(JsonObject *object);      /* indented */
void cli_print_json_line(JsonObject *object); /* one line, written out at once */
/* Bytes as they are; cleaned if stdout is a terminal. */
void cli_print_bytes(const char *bytes, size_t length);

/* TEXT cut and padded to COLUMNS cells on a terminal, padded only elsewhere. The caller owns it. */
char *cli_cell(CleanKind kind, const char *text, size_t columns);
/* "2025-11-03 14:02" in local time; "" if it is unknown. The caller owns it. */
char *cli_date(int64_t seconds);
/* "1,204" The caller owns it. */
char *cli_number(int64_t number);

bool cli_stdout_is_terminal(void);
size_t cli_columns(void);     /* of the terminal; 80 if there is none */
bool cli_output_failed(void); /* stdout takes no more (closed pipe, full disk) */

/* A new answer object: "version": 1. The caller owns it. */
JsonObject *cli_json_new(void);

/* Says the error and gives the exit code that fits it. */
int cli_fail(const GError *error);
/* The exit code of a protocol's code word. */
int cli_exit_of(int account_error);
/* Of two results the one that rules: interrupted, usage, failed, offline, done. */
int cli_worse(int one, int other);
