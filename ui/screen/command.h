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
	COMMAND_REPEATS = 1 << 0,    /* moves: never clears an error in the status line */
	COMMAND_HINT_STAYS = 1 << 1, /* its hint is there even where others find no room */
} CommandFlags;

typedef struct Command {
	const char *name; /* "next-unread": for `:`, bind blocks, help */
	const char *keys; /* words with blanks between: "j Down" */
	const char *hint; /* "next unread" in the footer; NULL: not there */
	const char *help; /* one line */
	CommandFunction run;
	unsigned flags;
} Command;

/* The hints of these tables that fit into COLUMNS, two blanks between. The caller owns it. */
char *command_hints(const Command *const *tables, size_t columns);

/* Help, one line a command: "j Down          move down". Of char *; the caller owns it. */
GPtrArray *command_help(const Command *table);
