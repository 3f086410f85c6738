#pragma once
/*
 * What the user can do, as tables: one row a command. Keys, the hints in the footer and the help are all
 * derived from these rows and written nowhere else. Constant data; UI thread.
 */
#include <glib.h>

typedef struct Pane Pane;

/* COUNT: what was typed before the keys; 0: nothing. PANE: the one that has the focus. */
typedef void (*CommandFunction)(Pane *pane, int count);

typedef enum CommandFlags {
	COMMAND_HINT_STAYS = 1 << 0, /* its hint is there even where others find no room */
} CommandFlags;

/* What must be there for a hint to be true. */
typedef enum CommandNeeds {
	COMMAND_NEEDS_ACCOUNT = 1 << 0,
	COMMAND_NEEDS_ROW = 1 << 1,  /* a message under the cursor */
	COMMAND_NEEDS_BACK = 1 << 2, /* a place to go back to */
} CommandNeeds;

typedef struct Command {
	const char *name; /* "next-unread": for `:`, bind blocks, help */
	const char *keys; /* words with blanks between: "j Down" */
	const char *hint; /* "next unread" in the footer; NULL: not there */
	const char *help; /* one line */
	CommandFunction run;
	unsigned flags;
	unsigned needs;        /* of CommandNeeds */
	const char *hint_else; /* its hint where what it needs is not there; NULL: none */
} Command;

/*
 * The hints of these tables that fit into COLUMNS, two blanks between: the first ones, in the order of the
 * tables, and those that stay. HAVE: the needs that are met. The caller owns it.
 */
char *command_hints(const Command *const *tables, unsigned have, size_t columns);

/* Help, one line a command: "j Down          move down". Of char *; the caller owns it. */
GPtrArray *command_help(const Command *table);
