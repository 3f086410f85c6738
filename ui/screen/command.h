#pragma once
/*
 * What the user can do, as tables: one row a command. Keys, the hints in the footer and the help are all
 * derived from these rows and written nowhere else. Constant data; UI thread.
 */
#include <glib.h>
#include <stdbool.h>

typedef struct Keymap Keymap;
typedef struct Pane Pane;

/* COUNT: what was typed before the keys; 0: nothing. PANE: the one that has the focus. */
typedef void (*CommandFunction)(Pane *pane, int count);

/* ARGUMENT: what stands behind the name, never empty: "folder work/Lists". */
typedef void (*CommandArgumentFunction)(Pane *pane, const char *argument);

/* What an argument may be meant for (of char *, the best first); the caller's. */
typedef GPtrArray *(*CommandMatches)(Pane *pane, const char *argument);

typedef enum CommandFlags {
	COMMAND_HINT_STAYS = 1 << 0, /* its hint is there even where others find no room */
	COMMAND_ON_ROWS =
		1 << 1, /* is about rows of the list: waits for those that are on their way */
} CommandFlags;

/* What must be there for a hint to be true. */
typedef enum CommandNeeds {
	COMMAND_NEEDS_ACCOUNT = 1 << 0,
	COMMAND_NEEDS_ROW = 1 << 1,     /* a message under the cursor */
	COMMAND_NEEDS_BACK = 1 << 2,    /* a place to go back to */
	COMMAND_NEEDS_MATCHES = 1 << 3, /* from here on, of a prompt: what matches is found */
	COMMAND_NEEDS_HISTORY = 1 << 4,
	COMMAND_NEEDS_SHOWN = 1 << 5, /* what is typed is no secret */
} CommandNeeds;

/* Keys that run a command with an argument. */
typedef struct CommandKeys {
	const char *keys, *argument; /* "od", "date" */
	const char *help;            /* one line, of the command with this argument */
} CommandKeys;

typedef struct Command {
	const char *name; /* "next-unread": for `:`, bind blocks, help */
	const char
		*keys; /* words with blanks between, unless the config says otherwise: "j Down" */
	const char *hint; /* "next unread" in the footer; NULL: not there */
	const char *help; /* one line */
	CommandFunction run;
	unsigned flags;
	unsigned needs;        /* of CommandNeeds */
	const char *hint_else; /* its hint where what it needs is not there; NULL: none */
	CommandArgumentFunction run_with; /* NULL: it takes no argument but a count */
	CommandMatches matches;           /* for its argument; may be NULL */
	const CommandKeys
		*keys_with; /* keys that stand for an argument each, ends with NULL ones; or NULL */
} Command;

/* NULL: the table has none of this name. */
const Command *command_find(const Command *table, const char *name);

/* What the command does with an argument that has a line of its own in its table; NULL: it has none. */
const char *command_help_with(const Command *command, const char *argument);

/* May it stand behind the command's name? A number is a count. */
bool command_takes(const Command *command, const char *argument);

/* Runs it for PANE; ARGUMENT is one that it takes, or NULL: COUNT it is. */
void command_run(const Command *command, Pane *pane, int count, const char *argument);

/*
 * The hints of these tables that fit into COLUMNS, two blanks between, each with the first of its keys in
 * KEYMAP: the first ones, in the order of the tables, and those that stay. HAVE: the needs that are met. The
 * caller owns it.
 */
char *command_hints(
	const Command *const *tables, const Keymap *keymap, unsigned have, size_t columns);
